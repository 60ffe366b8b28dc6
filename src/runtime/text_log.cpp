#include "runtime/text_log.hpp"

#include "core/mask.hpp"
#include "runtime/log_lines.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace ringbridge::runtime {
namespace {

// Sentences, which may quote the other side. All other values are ours: ids, counts, names of
// events.
bool is_sentence(std::string_view field) { return field == "why" || field == "reason"; }

void mask_sentences(Fields& fields) {
    for (auto& [name, value] : fields) {
        if (is_sentence(name)) value = mask_phones_in(value);
    }
}

}  // namespace

StderrLog::StderrLog(const Clock& clock, Level least, LogFormat format, bool personal)
    : StderrLog{clock, least, format, personal, std::make_shared<spdlog::sinks::stderr_sink_mt>()} {
}

StderrLog::StderrLog(const Clock& clock, Level least, LogFormat format, bool personal,
                     std::shared_ptr<spdlog::sinks::sink> sink)
    : clock_{clock},
      least_{least},
      format_{format},
      personal_{personal},
      logger_{std::make_unique<spdlog::logger>("ringbridge", std::move(sink))} {
    logger_->set_pattern("%v");  // the lines are complete: spdlog only writes them
    logger_->flush_on(spdlog::level::trace);
}

StderrLog::~StderrLog() = default;

void StderrLog::write(Level level, std::string_view event, Fields fields) {
    if (level < least_) return;
    if (!personal_) mask_sentences(fields);
    const auto line = format_ == LogFormat::json ? json_line(clock_.now(), level, event, fields)
                                                 : text_line(clock_.now(), level, event, fields);
    logger_->log(spdlog::level::info, spdlog::string_view_t{line});
}

}  // namespace ringbridge::runtime

// The JSON form of a log line.
#include "runtime/log_lines.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::runtime {

std::string json_line(UtcTime time, Level level, std::string_view event, const Fields& fields) {
    nlohmann::ordered_json line{
        {"ts", format_utc(time)}, {"level", word_of(log_level_words, level)}, {"event", event}};
    for (const auto& [name, value] : fields) {
        // A field must not overwrite a member that every line has.
        line[line.contains(name) ? name + '_' : name] = value;
    }
    return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace ringbridge::runtime

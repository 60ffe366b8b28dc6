#include "bridge/transitions.hpp"

#include "core/backoff.hpp"

#include <algorithm>

namespace ringbridge::bridge {
void Transitions::defer(Entry& entry, const char* stage, std::string reason, SteadyTime earliest) {
    const auto wait = backoff(entry.attempts, call_retries, run_.random.roll());
    ++entry.attempts;
    defer_until(entry, stage, std::move(reason), std::max(earliest, run_.clock.steady() + wait));
}

void Transitions::defer_until(Entry& entry, const char* stage, std::string reason,
                              SteadyTime moment) {
    entry.not_before = run_.clock.now() + std::max(moment - run_.clock.steady(), Milliseconds{0});
    entry.reason = reason;
    run_.report.set_result(entry.call.id, CallResult::failed);
    std::erase_if(run_.report.errors,
                  [&](const ReportError& error) { return error.call_id == entry.call.id; });
    run_.report.errors.push_back({entry.call.id, stage, std::move(reason), entry.not_before});
}

void Transitions::park(Entry& entry, const char* stage, std::string reason) {
    entry.stage = Stage::parked;
    entry.reason = reason;
    entry.not_before.reset();
    run_.report.set_result(entry.call.id, CallResult::parked);
    run_.log.warn("call_parked",
                  {{"call", entry.call.id.text}, {"stage", stage}, {"reason", reason}});
    run_.report.errors.push_back({entry.call.id, stage, std::move(reason), std::nullopt});
}

void Transitions::park_refused(Entry& entry, const char* stage, std::string reason) {
    park(entry, stage, std::move(reason));
    run_.report.refused.insert(entry.call.id);
}

void Transitions::dismiss(Entry& entry, std::string reason) {
    entry.stage = Stage::dismissed;
    entry.not_before.reset();
    run_.report.set_result(entry.call.id, CallResult::parked);
    run_.log.info("call_dismissed", {{"call", entry.call.id.text}, {"reason", reason}});
    entry.reason = std::move(reason);
}

void Transitions::finish(Entry& entry) {
    const auto result = run_.report.results[entry.call.id];
    if (result != CallResult::skipped && result != CallResult::replaced) {
        run_.report.set_result(entry.call.id, entry.synced_at ? CallResult::replaced
                                              : entry.found   ? CallResult::skipped
                                                              : CallResult::synced);
    }
    if (run_.report.results[entry.call.id] == CallResult::synced)
        run_.report.first_synced.insert(entry.call.id);
    entry.stage = Stage::done;
    entry.synced_at = run_.clock.now();
    entry.attempts = 0;
    entry.reason.clear();
    entry.not_before.reset();
    std::erase_if(run_.report.errors,
                  [&](const ReportError& error) { return error.call_id == entry.call.id; });
    run_.log.info("call_synced", {{"call", entry.call.id.text},
                                  {"contact", entry.contact_id.text},
                                  {"activity", entry.activity_id.text}});
}

// A problem with a property that concerns all contacts is reported once.
void Transitions::name_left_out(const Entry& entry, const std::string& property,
                                const std::string& why) {
    const bool of_all = run_.properties.why_left_out(property, "", "").has_value();
    const ReportError error{of_all ? CallId{} : entry.call.id, "properties",
                            property + " is left out: " + why, std::nullopt};
    const bool said = std::ranges::any_of(run_.report.errors, [&](const ReportError& one) {
        return one.call_id == error.call_id && one.message == error.message;
    });
    if (!said) run_.report.errors.push_back(error);
}

}  // namespace ringbridge::bridge

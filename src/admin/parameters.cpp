#include "admin/parameters.hpp"

namespace ringbridge::admin {

std::expected<bridge::Order, BadQuery> read_order(const Target& target, UtcTime now) {
    const auto replace = read_flag(target, "replaceActivities");
    if (!replace) return std::unexpected{replace.error()};
    const auto dry_run = read_flag(target, "dryRun");
    if (!dry_run) return std::unexpected{dry_run.error()};
    return api::read_order({.since = target.parameter("since"),
                            .until = target.parameter("until"),
                            .replace_activities = *replace,
                            .dry_run = *dry_run},
                           now);
}

std::expected<ledger::Selection, BadQuery> read_selection(const Target& target) {
    return api::read_selection({.state = target.parameter("state"),
                                .query = target.parameter("q"),
                                .limit = target.parameter("limit"),
                                .cursor = target.parameter("cursor")});
}

std::expected<Milliseconds, BadQuery> read_step(const Target& target) {
    using namespace std::chrono_literals;
    const auto step = parse_span(target.parameter("step").value_or("1d"));
    if (step && *step >= 1min) return *step;
    return std::unexpected{"step must be a span of at least a minute (1h, 1d)"};
}

std::expected<bool, BadQuery> read_flag(const Target& target, const char* name) {
    const auto text = target.parameter(name).value_or("false");
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    return std::unexpected{std::string{name} + " must be true or false"};
}

}  // namespace ringbridge::admin

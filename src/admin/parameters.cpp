#include "admin/parameters.hpp"

#include "core/number.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::admin {
namespace {

constexpr int limit_default = 50;
constexpr int limit_max = 500;

// `1775991845000:c_1`: a time in milliseconds and a call id.
bool is_cursor(const std::string& text) {
    if (text.empty()) return true;
    const auto colon = text.find(':');
    const bool before_1970 = text.starts_with('-');
    const auto digits = text.substr(0, colon).substr(before_1970 ? 1 : 0);
    return colon != std::string::npos && !digits.empty() && digits.size() < 17 &&
           digits.find_first_not_of("0123456789") == std::string::npos;
}

}  // namespace

std::expected<std::optional<UtcTime>, BadQuery> read_moment(const Target& target, const char* name,
                                                            UtcTime now) {
    const auto text = target.parameter(name);
    if (!text) return std::nullopt;
    if (const auto moment = parse_moment(*text, now)) return moment;
    return std::unexpected{std::string{name} +
                           " must be RFC 3339 (2026-04-12T15:00:00Z) or a span back (36h, 7d)"};
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

std::expected<bridge::Order, BadQuery> read_order(const Target& target, UtcTime now) {
    const auto since = read_moment(target, "since", now);
    if (!since) return std::unexpected{since.error()};
    const auto until = read_moment(target, "until", now);
    if (!until) return std::unexpected{until.error()};
    const auto replace = read_flag(target, "replaceActivities");
    if (!replace) return std::unexpected{replace.error()};
    const auto dry_run = read_flag(target, "dryRun");
    if (!dry_run) return std::unexpected{dry_run.error()};
    if (since->value_or(UtcTime::min()) >= until->value_or(now)) {
        return std::unexpected{"since must be before until"};
    }
    return bridge::Order{.trigger = "request",
                         .since = *since,
                         .until = *until,
                         .replace_activities = *replace,
                         .dry_run = *dry_run};
}

std::expected<int, BadQuery> read_limit(const Target& target) {
    const auto text = target.parameter("limit");
    if (!text) return limit_default;
    const auto limit = parse_number<int>(*text);
    if (!limit || *limit < 1 || *limit > limit_max) {
        return std::unexpected{"limit must be a number from 1 to " + std::to_string(limit_max)};
    }
    return *limit;
}

std::expected<ledger::Selection, BadQuery> read_selection(const Target& target) {
    ledger::Selection selection{.state = target.parameter("state"),
                                .text = target.parameter("q").value_or(""),
                                .limit = 0,
                                .cursor = target.parameter("cursor").value_or("")};
    const auto& states = ledger::states;
    if (selection.state && std::ranges::find(states, *selection.state) == states.end()) {
        return std::unexpected{"state must be synced, pending, parked, failed or dismissed"};
    }
    if (!is_cursor(selection.cursor)) {
        return std::unexpected{"cursor must be the nextCursor of an earlier response"};
    }
    const auto limit = read_limit(target);
    if (!limit) return std::unexpected{limit.error()};
    selection.limit = *limit;
    return selection;
}

}  // namespace ringbridge::admin

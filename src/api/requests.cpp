#include "api/requests.hpp"

#include "core/parse_number.hpp"

#include <algorithm>

namespace ringbridge::api {
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

std::expected<std::optional<UtcTime>, BadRequest> read_moment(const std::string& name,
                                                              const Given& text, UtcTime now) {
    if (!text) return std::nullopt;
    if (const auto moment = parse_moment(*text, now)) return moment;
    return std::unexpected{name +
                           " must be RFC 3339 (2026-04-12T15:00:00Z) or a span back (36h, 7d)"};
}

std::expected<bridge::Order, BadRequest> read_order(const GivenOrder& given, UtcTime now) {
    const auto& dashes = given.dashes;
    const auto since = read_moment(dashes + "since", given.since, now);
    if (!since) return std::unexpected{since.error()};
    const auto until = read_moment(dashes + "until", given.until, now);
    if (!until) return std::unexpected{until.error()};
    if (since->value_or(UtcTime::min()) >= until->value_or(now)) {
        return std::unexpected{dashes + "since must be before " + dashes + "until"};
    }
    return bridge::Order{.trigger = "request",
                         .since = *since,
                         .until = *until,
                         .replace_activities = given.replace_activities,
                         .dry_run = given.dry_run};
}

std::expected<int, BadRequest> read_limit(const Given& text) {
    if (!text) return limit_default;
    const auto limit = parse_number<int>(*text);
    if (!limit || *limit < 1 || *limit > limit_max) {
        return std::unexpected{"limit must be a number from 1 to " + std::to_string(limit_max)};
    }
    return *limit;
}

std::expected<ledger::Selection, BadRequest> read_selection(const GivenSelection& given) {
    ledger::Selection selection{.state = given.state,
                                .text = given.query.value_or(""),
                                .limit = 0,
                                .cursor = given.cursor.value_or("")};
    const auto& states = ledger::states;
    if (selection.state && std::ranges::find(states, *selection.state) == states.end()) {
        return std::unexpected{"state must be synced, pending, parked, failed or dismissed"};
    }
    if (!is_cursor(selection.cursor)) {
        return std::unexpected{"cursor must be the nextCursor of an earlier response"};
    }
    const auto limit = read_limit(given.limit);
    if (!limit) return std::unexpected{limit.error()};
    selection.limit = *limit;
    return selection;
}

}  // namespace ringbridge::api

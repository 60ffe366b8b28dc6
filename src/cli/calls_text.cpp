#include "cli/calls_text.hpp"

#include "api/views.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::cli {
namespace {

using ledger::Entry;
using ledger::Stage;

// Foreign text must not control the terminal.
std::string plain(std::string text) {
    std::ranges::replace_if(
        text, [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }, ' ');
    return text;
}

std::string phone_of(const Entry& entry) {
    return plain(entry.phone.e164.empty() ? entry.call.caller_phone : entry.phone.e164);
}

// Follows the reason; empty if there is nothing to do.
std::string what_to_do(const Entry& entry) {
    const auto id = plain(entry.call.id.text);
    if (entry.stage == Stage::dismissed) {
        return fmt::format("To bring it back: ringbridge calls retry {}", id);
    }
    if (entry.stage == Stage::parked && entry.unreadable) {
        return fmt::format(
            "Fix the profile's mapping and restart, and it is read again; or: ringbridge calls "
            "dismiss {}",
            id);
    }
    if (entry.stage == Stage::parked && entry.phone.e164.empty()) {
        return fmt::format("ringbridge calls assign {0} NUMBER, or: ringbridge calls dismiss {0}",
                           id);
    }
    if (entry.stage == Stage::parked) {
        return fmt::format(
            "Fix that, then: ringbridge calls retry {0}; or: ringbridge calls dismiss {0}", id);
    }
    if (entry.not_before) {
        return fmt::format("Retried after {}; sooner, at the next run: ringbridge calls retry {}",
                           format_utc(*entry.not_before), id);
    }
    return {};
}

std::string field(const char* name, const std::string& value) {
    return value.empty() ? value : fmt::format("{:<10} {}\n", name, plain(value));
}

std::string moment(const std::optional<UtcTime>& time) { return time ? format_utc(*time) : ""; }

}  // namespace

std::string calls_text(const ledger::Listed& listed) {
    if (listed.entries.empty()) return "no calls\n";
    std::size_t longest_id = 0;
    for (const auto& entry : listed.entries) {
        longest_id = std::max(longest_id, entry.call.id.text.size());
    }
    std::string text;
    for (const auto& entry : listed.entries) {
        text +=
            fmt::format("{:<{}}  {:<9}  {}  {}\n", plain(entry.call.id.text), longest_id,
                        api::state_of(entry), format_utc(entry.call.called_at), phone_of(entry));
        if (entry.reason.empty()) continue;
        text += fmt::format("    {}\n", plain(entry.reason));
        const auto advice = what_to_do(entry);
        if (!advice.empty()) text += fmt::format("    {}\n", advice);
    }
    if (!listed.next_cursor.empty()) {
        text += fmt::format("more: --cursor '{}'\n", plain(listed.next_cursor));
    }
    return text;
}

std::string call_text(const Entry& entry) {
    const auto given = entry.given_phone.empty() ? "" : " (given by hand)";
    auto text = field("call", entry.call.id.text) + field("state", api::state_of(entry)) +
                field("reason", entry.reason);
    if (!entry.reason.empty()) text += field("to do", what_to_do(entry));
    return text + field("called", format_utc(entry.call.called_at)) +
           field("phone", phone_of(entry) + given) + field("caller", entry.call.caller_name) +
           field("contact", entry.contact_id.text) + field("activity", entry.activity_id.text) +
           field("seen", format_utc(entry.seen_at)) + field("synced", moment(entry.synced_at)) +
           field("record", entry.raw);
}

}  // namespace ringbridge::cli

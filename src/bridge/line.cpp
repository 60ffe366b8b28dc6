#include "bridge/line.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds first_retry = 2s;
constexpr Milliseconds longest_retry = 1h;

// Clocks differ: a call that appears to be slightly newer than the ledger may be older.
constexpr Milliseconds birth_margin = 10min;

}  // namespace

Task<> Line::load_contacts(std::set<std::string> ids) {
    std::erase_if(ids, [&](const std::string& id) { return contacts.contains(id); });
    if (!ids.empty()) co_await read_contacts(std::move(ids));
}

Task<> Line::read_contacts(std::set<std::string> ids) {
    auto read = co_await crm.contacts().read(std::move(ids));
    for (auto& [id, contact] : read.contacts) {
        if (contact.id != id) co_await ledger.follow_merge(id, contact.id);
        contacts[contact.id] = contact;
        contacts[id] = std::move(contact);
    }
    for (auto& [id, refused] : read.refused) unreadable[id] = std::move(refused.message);
}

const hubspot::Record* Line::contact(const std::string& id) const {
    const auto found = contacts.find(id);
    return found == contacts.end() ? nullptr : &found->second;
}

bool Line::defer_unreadable(Entry& entry, const char* stage) {
    const auto why = unreadable.find(entry.contact_id);
    if (why == unreadable.end()) return false;
    defer(entry, stage, "HubSpot refused to show contact " + entry.contact_id + ": " + why->second);
    return true;
}

bool Line::may_predate_ledger(const Entry& entry) const {
    return entry.placed_at < ledger.born_at() + birth_margin &&
           !report.created_contacts.contains(entry.contact_id);
}

// Each candidate's numbers are parsed once: that costs more than everything else here.
void Line::note_matches(const std::set<PhoneNumber>& numbers,
                        const std::vector<hubspot::Record>& candidates) {
    for (const auto& number : numbers) matches[number.e164].clear();
    for (const auto& candidate : candidates) {
        std::set<std::string> has;
        for (auto& number : hubspot::numbers_of(candidate, mapping.region)) has.insert(number.e164);
        for (const auto& number : has) {
            const auto wanted = matches.find(number);
            if (wanted != matches.end()) wanted->second.push_back(candidate);
        }
    }
}

Task<> Line::search_matches(std::set<PhoneNumber> numbers) {
    if (directory_is_fresh) co_return note_matches(numbers, directory->search(numbers));
    const auto found = co_await crm.contacts().search(numbers, mapping.region);
    note_matches(numbers, found.contacts);
    for (const auto& [number, refused] : found.refused) {
        unsearchable[number.e164] = "HubSpot refused to search for the number: " + refused.message;
    }
}

Task<> Line::load_matches(std::set<PhoneNumber> numbers) {
    std::erase_if(numbers, [&](const auto& number) { return matches.contains(number.e164); });
    if (numbers.empty()) co_return;
    // A contact that a lost ledger wrote a call to had the number before this run.
    if (directory) co_return note_matches(numbers, directory->search(numbers));
    co_await search_matches(std::move(numbers));
}

SteadyTime Line::visible_by(UtcTime begun) {
    const auto noted = clock_watch.steady_of(begun);
    const auto taken = lock_taken.lower_bound(noted);
    return (taken == lock_taken.end() ? noted : *taken) + settle_time;
}

void Line::defer(Entry& entry, const char* stage, std::string reason, SteadyTime earliest) {
    const auto wait = backoff(entry.attempts, first_retry, longest_retry, random.roll());
    ++entry.attempts;
    defer_until(entry, stage, std::move(reason), std::max(earliest, clock.steady() + wait));
}

void Line::defer_until(Entry& entry, const char* stage, std::string reason, SteadyTime moment) {
    entry.not_before = clock.now() + std::max(moment - clock.steady(), Milliseconds{0});
    entry.reason = reason;
    report.set_result(entry.call.id, CallResult::failed);
    std::erase_if(report.errors,
                  [&](const ReportError& error) { return error.call_id == entry.call.id; });
    report.errors.push_back({entry.call.id, stage, std::move(reason), entry.not_before});
}

void Line::park(Entry& entry, const char* stage, std::string reason) {
    entry.stage = Stage::parked;
    entry.reason = reason;
    entry.not_before.reset();
    report.set_result(entry.call.id, CallResult::parked);
    log.warn("call_parked", {{"call", entry.call.id}, {"stage", stage}, {"reason", reason}});
    report.errors.push_back({entry.call.id, stage, std::move(reason), std::nullopt});
}

void Line::park_refused(Entry& entry, const char* stage, std::string reason) {
    park(entry, stage, std::move(reason));
    report.refused.insert(entry.call.id);
}

void Line::dismiss(Entry& entry, std::string reason) {
    entry.stage = Stage::dismissed;
    entry.not_before.reset();
    report.set_result(entry.call.id, CallResult::parked);
    log.info("call_dismissed", {{"call", entry.call.id}, {"reason", reason}});
    entry.reason = std::move(reason);
}

void Line::finish(Entry& entry) {
    const auto result = report.results[entry.call.id];
    if (result != CallResult::skipped && result != CallResult::replaced) {
        report.set_result(entry.call.id, entry.synced_at ? CallResult::replaced
                                         : entry.found   ? CallResult::skipped
                                                         : CallResult::synced);
    }
    if (report.results[entry.call.id] == CallResult::synced)
        report.first_synced.insert(entry.call.id);
    entry.stage = Stage::done;
    entry.synced_at = clock.now();
    entry.attempts = 0;
    entry.reason.clear();
    entry.not_before.reset();
    std::erase_if(report.errors,
                  [&](const ReportError& error) { return error.call_id == entry.call.id; });
    log.info(
        "call_synced",
        {{"call", entry.call.id}, {"contact", entry.contact_id}, {"activity", entry.activity_id}});
}

// A problem with a property that concerns all contacts is reported once.
void Line::name_left_out(const Entry& entry, const std::string& property, const std::string& why) {
    const bool of_all = properties.why_left_out(property, "", "").has_value();
    const ReportError error{of_all ? "" : entry.call.id, "properties",
                            property + " is left out: " + why, std::nullopt};
    const bool said = std::ranges::any_of(report.errors, [&](const ReportError& one) {
        return one.call_id == error.call_id && one.message == error.message;
    });
    if (!said) report.errors.push_back(error);
}

std::size_t batch_limit(const Entry& entry) {
    return entry.attempts == 0 ? 100 : entry.attempts == 1 ? 10 : 1;
}

}  // namespace ringbridge::bridge

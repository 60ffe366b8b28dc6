#include "bridge/intake.hpp"

#include "core/phone.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <set>

namespace ringbridge::bridge {
namespace {

using receptionist::ListedRecord;
using receptionist::ReadRecords;

const std::string quarantined = "quarantined: ";
const std::string read_with_key = "kept_records_read_with";
constexpr int kept_at_once = 200;
// The prefix of the keys of records that have a time and no id: see key_without_id.
constexpr std::string_view no_id = "no-id:";
constexpr int most_nameless = 10'000;
// A detail that cannot be read for so long may never be: until then a new call waits for it.
constexpr Milliseconds wait_for_detail = std::chrono::minutes{45};

std::set<CallId> keys_of(const ReadRecords& read) {
    std::set<CallId> keys;
    for (const auto& call : read.calls) keys.insert(call.id);
    for (const auto* records : {&read.unreadable, &read.left_out}) {
        for (const auto& record : *records) keys.insert(record.key);
    }
    return keys;
}

bool is_filter(const std::string& field) { return field.starts_with("record_filter"); }

// What is there is something else than a text, and would replace one.
void clear_unusable(Call& call, const std::vector<std::string>& lost) {
    for (const auto& text : call_texts) {
        if (std::ranges::find(lost, text.name) != lost.end()) (call.*text.field).clear();
    }
}

}  // namespace

// What a page becomes, before it is recorded.
struct Intake::Taken {
    std::map<CallId, ledger::Stage> known;  ///< before
    std::vector<Call> calls;
    std::vector<UnreadableRecord> kept;
    std::map<CallId, std::string> without_detail;  ///< new calls, and why

    Sighting::Before before(const CallId& key, bool is_call) const {
        const auto row = known.find(key);
        if (row == known.end()) return Sighting::Before::never_seen;
        return !is_call && row->second == ledger::Stage::parked ? Sighting::Before::unreadable
                                                                : Sighting::Before::recorded;
    }
};

UtcTime Intake::now() const { return clock_.now() + receptionist_.platform_ahead(); }

// Of calls that the platform was not asked for. Before it has shown the time, this machine's clock
// may be behind: a call is not made after it is seen.
UtcTime Intake::seen_at(const std::vector<Call>& calls) const {
    auto seen = now();
    if (receptionist_.knows_time()) return seen;
    for (const auto& call : calls) seen = std::max(seen, call.called_at);
    return seen;
}

Task<> Intake::begin_run() {
    alike_.clear();
    named_.clear();
    some_nameless_ = !(co_await nameless(1)).empty();
    co_await drift_.begin_run();
}

// A record that was listed without its id, and in this run only with it, is that call's.
Task<> Intake::end_run() {
    if (!named_.empty()) {
        for (const auto& record : co_await nameless(most_nameless)) {
            const CallId key{record.key.text.substr(0, record.key.text.find(':', no_id.size()))};
            const auto named = named_.find(key);
            if (named == named_.end() || alike_.contains(key)) continue;
            auto& ids = named->second;
            co_await ledger_.settle_kept(record.key, ids.back());
            if (ids.size() > 1) ids.pop_back();
        }
    }
    co_await drift_.conclude();
}

Task<std::vector<UnreadableRecord>> Intake::nameless(int limit) {
    auto records = co_await ledger_.kept_records(CallId{no_id}, limit);
    std::erase_if(records, [](const auto& one) { return !one.key.text.starts_with(no_id); });
    co_return records;
}

Task<std::map<CallId, ledger::Stage>> Intake::take(ReadRecords read) {
    Taken taken{.known = co_await ledger_.stages(keys_of(read))};
    sort(std::move(read), &taken, false);
    auto stages = co_await ledger_.record(std::move(taken.calls), std::move(taken.kept), now());
    for (const auto& [id, why] : taken.without_detail) co_await let_wait(id, why);
    co_return stages;
}

Task<std::map<CallId, ledger::Stage>> Intake::take_sent(ReadRecords read) {
    Taken taken;
    for (std::size_t i = 0; i < read.calls.size(); ++i) {
        auto& call = read.calls[i];
        if (call.undated) call.called_at = now();
        if (lacks_number(call)) taken.kept.push_back({call.id, std::move(read.records[i].raw), ""});
        taken.calls.push_back(std::move(call));
    }
    for (auto& record : read.unreadable) keep(std::move(record), &taken);
    const auto seen = seen_at(taken.calls);
    co_return co_await ledger_.record(std::move(taken.calls), std::move(taken.kept), seen);
}

bool Intake::lacks_number(const Call& call) const {
    return call.kind != CallKind::web && !parse_phone(call.caller_phone, region_);
}

void Intake::sort(ReadRecords read, Taken* taken, bool again) {
    for (std::size_t i = 0; i < read.calls.size(); ++i) {
        take_call(std::move(read.calls[i]), std::move(read.records[i]), taken, again);
    }
    for (auto& record : read.unreadable) {
        if (!again) record.key = own_key(record);
        if (!again) see(*taken, record.key, "", record.fields);
        keep(std::move(record), taken);
    }
    for (auto& record : read.left_out) take_left_out(std::move(record), taken, again);
}

void Intake::take_call(Call call, ListedRecord record, Taken* taken, bool again) {
    const auto kind = kind_of(call);
    if (again) {
        drift_.rates().see_again(record.fields);
    } else {
        see(*taken, call.id, kind, record.fields);
    }
    if (record.raw.empty()) return take_as_known(std::move(call), std::move(record), taken);
    call.lost = drift_.rates().lost(record.fields, kind);
    const auto filter = std::ranges::find_if(call.lost, is_filter);
    if (filter != call.lost.end()) {
        UnreadableRecord doubtful{call.id, std::move(record.raw), "", std::move(record.fields)};
        return take_left_out(std::move(doubtful), taken, true);
    }
    if (call.undated && std::ranges::find(call.lost, "called_at") != call.lost.end()) {
        return keep({call.id, std::move(record.raw), drift_.title_of("called_at") + " is gone"},
                    taken);
    }
    if (call.undated) call.called_at = now();
    clear_unusable(call, call.lost);
    if (drift_.is_side_unknown(call)) {
        call.caller_phone.clear();
        call.agent_phone.clear();
    }
    if (!call.listed.empty()) drift_.see_detail(call.id);
    if (some_nameless_ && !again) {
        named_[key_without_id(call.called_at, call.caller_phone)].push_back(call.id);
    }
    const bool lacks = !call.lost.empty() || lacks_number(call);
    if (lacks) taken->kept.push_back({call.id, std::move(record.raw), ""});
    taken->calls.push_back(std::move(call));
}

// Its record was not read now, or not whole: what was kept of it before stays.
void Intake::take_as_known(Call call, ListedRecord record, Taken* taken) {
    if (!record.no_detail.empty()) {
        drift_.miss_detail(call.id, record.no_detail);
        if (!taken->known.contains(call.id)) taken->without_detail[call.id] = record.no_detail;
    }
    if (call.undated && call.called_at == UtcTime{}) call.called_at = now();
    taken->kept.push_back({call.id, "", ""});
    taken->calls.push_back(std::move(call));
}

// By a filter whose field the record lost, a call may be left out, or what is none may be taken.
void Intake::take_left_out(UnreadableRecord record, Taken* taken, bool again) {
    if (!again) drift_.rates().see_left_out(record.key, record.fields);
    const auto lost = drift_.rates().lost(record.fields, "");
    const auto filter = std::ranges::find_if(lost, is_filter);
    if (filter == lost.end()) return;
    record.why = "it is not known whether it is a call: " + drift_.title_of(*filter) + " is gone";
    keep(std::move(record), taken);
}

void Intake::keep(UnreadableRecord record, Taken* taken) {
    record.why = quarantined + record.why + "; it is read again once the profile is corrected";
    taken->kept.push_back(std::move(record));
}

void Intake::see(const Taken& taken, CallId key, std::string kind, FieldStates fields) {
    const auto before = taken.before(key, !kind.empty());
    drift_.rates().see({std::move(key), before, std::move(kind), std::move(fields)});
}

// Two calls of one caller at one time are two records, however alike their keys.
CallId Intake::own_key(const UnreadableRecord& record) {
    if (!is_without_id(record.key)) return record.key;
    auto& alike = alike_[record.key];
    const auto hash = receptionist::hash_of_record(record.raw);
    const auto seen = std::ranges::find(alike, hash);
    const auto place = seen - alike.begin();
    if (seen == alike.end()) alike.push_back(hash);
    return place == 0 ? record.key : CallId{record.key.text + ':' + std::to_string(place + 1)};
}

Task<> Intake::let_wait(CallId call_id, std::string why) {
    auto entry = co_await ledger_.find(call_id);
    if (!entry || entry->stage != ledger::Stage::seen) co_return;
    entry->not_before = clock_.now() + wait_for_detail;
    entry->reason = "its detail could not be read: " + why;
    co_await ledger_.save({std::move(*entry)});
}

Task<int> Intake::read_kept_again() {
    const auto& profile = receptionist_.profile().text_hash;
    if (co_await ledger_.recall(read_with_key) == profile) co_return 0;
    int count = 0;
    CallId after;
    for (;;) {
        auto kept = co_await ledger_.kept_records(after, kept_at_once);
        if (kept.empty()) break;
        after = kept.back().key;
        count += static_cast<int>(kept.size());
        for (auto& record : kept) co_await read_again(std::move(record));
    }
    co_await ledger_.remember(read_with_key, profile);
    co_return count;
}

Task<> Intake::read_again(UnreadableRecord kept) {
    auto read = receptionist_.read_again(kept.raw);
    Taken taken;
    sort(std::move(read), &taken, true);
    CallId became;
    if (!taken.calls.empty()) {
        became = taken.calls.front().id;
    } else if (!taken.kept.empty()) {
        became = is_without_id(kept.key) && is_without_id(taken.kept.front().key)
                     ? kept.key
                     : taken.kept.front().key;
        taken.kept.front().key = became;
    }
    const auto seen = seen_at(taken.calls);
    co_await ledger_.record(std::move(taken.calls), std::move(taken.kept), seen);
    co_await ledger_.settle_kept(std::move(kept.key), std::move(became));
}

}  // namespace ringbridge::bridge

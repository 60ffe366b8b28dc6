// Each method of Ledger is a method of Store, awaited on the thread of its connection.
#include "ledger/ledger.hpp"

namespace ringbridge::ledger {

// The arguments are the coroutine's own: they live until the work has been done with them.
template <class Result, class... Parameters>
Task<Result> Ledger::run(Lane lane, Result (Store::*method)(Parameters...),
                         std::remove_cvref_t<Parameters>... arguments) {
    const auto work = [&] { return (lane.store.*method)(std::move(arguments)...); };
    if constexpr (std::is_void_v<Result>) {
        co_await lane.thread.run(work);
    } else {
        Result result{};
        co_await lane.thread.run([&] { result = work(); });
        co_return result;
    }
}

Task<std::unique_ptr<RunLock>> Ledger::try_lock(std::string name) {
    std::unique_ptr<RunLock> lock;
    co_await runs_.thread.run([&] { lock = backend_->try_lock(name, runs_.thread); });
    co_return lock;
}

Task<> Ledger::check() {
    co_await run(runs_, &Store::check);
    co_await run(people_, &Store::check);
}

Task<int> Ledger::rollbacks() { return run(runs_, &Store::rollbacks); }

Task<std::map<CallId, Stage>> Ledger::record(std::vector<Call> calls,
                                             std::vector<UnreadableRecord> unreadable,
                                             UtcTime now) {
    return run(runs_, &Store::record, std::move(calls), std::move(unreadable), now);
}

Task<> Ledger::keep_for_detail(UnreadableRecord record, UtcTime now) {
    return run(runs_, &Store::keep_for_detail, std::move(record), now);
}

Task<std::vector<UnreadableRecord>> Ledger::kept_records(CallId after, int limit) {
    return run(runs_, &Store::kept_records, std::move(after), limit);
}

Task<> Ledger::settle_kept(CallId key, CallId became) {
    return run(runs_, &Store::settle_kept, std::move(key), std::move(became));
}

Task<std::map<CallId, Stage>> Ledger::stages(std::set<CallId> call_ids) {
    return run(runs_, &Store::stages, std::move(call_ids));
}

Task<> Ledger::end_waits_after(UtcTime latest) {
    return run(runs_, &Store::end_waits_after, latest);
}

Task<> Ledger::explain_waiting(std::string why) {
    return run(runs_, &Store::explain_waiting, std::move(why));
}

Task<std::vector<Entry>> Ledger::due(UtcTime now, int limit, Due which) {
    return run(runs_, &Store::due, now, limit, which);
}

Task<int> Ledger::count_unmatched() { return run(runs_, &Store::count_unmatched); }

Task<std::optional<UtcTime>> Ledger::next_due() { return run(runs_, &Store::next_due); }

Task<std::optional<Entry>> Ledger::oldest_unfinished() {
    return run(runs_, &Store::oldest_unfinished);
}

Task<std::vector<Entry>> Ledger::save(std::vector<Entry> entries) {
    return run(runs_, &Store::save, std::move(entries));
}

Task<Entry> Ledger::settle_move(Entry entry) {
    return run(runs_, &Store::settle_move, std::move(entry));
}

Task<> Ledger::reopen(std::vector<CallId> call_ids) {
    return run(runs_, &Store::reopen, std::move(call_ids));
}

Task<bool> Ledger::retry(CallId call_id) { return run(runs_, &Store::retry, std::move(call_id)); }

Task<bool> Ledger::dismiss(CallId call_id, std::string reason) {
    return run(runs_, &Store::dismiss, std::move(call_id), std::move(reason));
}

Task<bool> Ledger::give_number(CallId call_id, std::string phone) {
    return run(runs_, &Store::give_number, std::move(call_id), std::move(phone));
}

Task<int> Ledger::forget_made_before(UtcTime moment, int limit) {
    return run(runs_, &Store::forget_made_before, moment, limit);
}

Task<Forgotten> Ledger::forget_caller(PhoneNumber number, std::string region, UtcTime now) {
    return run(runs_, &Store::forget_caller, std::move(number), std::move(region), now);
}

Task<std::optional<Entry>> Ledger::find(CallId call_id) {
    return run(runs_, &Store::find, std::move(call_id));
}

Task<Listed> Ledger::list(Selection selection) {
    return run(people_, &Store::list, std::move(selection));
}

Task<std::map<std::string, int>> Ledger::count_by_state(UtcTime since) {
    return run(people_, &Store::count_by_state, since);
}

Task<std::vector<Tally>> Ledger::history(UtcTime since, Milliseconds step) {
    return run(people_, &Store::history, since, step);
}

Task<Arrivals> Ledger::arrivals(UtcTime since) { return run(people_, &Store::arrivals, since); }

Task<std::string> Ledger::pulse() { return run(people_, &Store::pulse); }

Task<std::map<ContactId, History>> Ledger::histories(std::set<ContactId> contact_ids) {
    return run(runs_, &Store::histories, std::move(contact_ids));
}

Task<> Ledger::meet_contacts(std::map<ContactId, int> call_counts) {
    return run(runs_, &Store::meet_contacts, std::move(call_counts));
}

Task<> Ledger::note_stamps(std::map<ContactId, std::optional<UtcTime>> begun) {
    return run(runs_, &Store::note_stamps, std::move(begun));
}

Task<bool> Ledger::has_stamps_in_doubt() { return run(runs_, &Store::has_stamps_in_doubt); }

Task<> Ledger::follow_merge(ContactId old_id, ContactId new_id) {
    return run(runs_, &Store::follow_merge, std::move(old_id), std::move(new_id));
}

Task<> Ledger::begin_merges(std::vector<Merge> merges) {
    return run(runs_, &Store::begin_merges, std::move(merges));
}

Task<> Ledger::settle_merge(ContactId loser, ContactId survivor) {
    return run(runs_, &Store::settle_merge, std::move(loser), std::move(survivor));
}

Task<> Ledger::note_stamped(ContactId loser) {
    return run(runs_, &Store::note_stamped, std::move(loser));
}

Task<std::vector<Merge>> Ledger::open_merges() { return run(runs_, &Store::open_merges); }

Task<std::optional<Merge>> Ledger::find_merge(ContactId loser) {
    return run(runs_, &Store::find_merge, std::move(loser));
}

Task<std::map<PhoneNumber, KnownContact>> Ledger::known_contacts(std::set<PhoneNumber> numbers) {
    return run(runs_, &Store::known_contacts, std::move(numbers));
}

Task<> Ledger::know_contacts(std::map<PhoneNumber, KnownContact> contacts) {
    return run(runs_, &Store::know_contacts, std::move(contacts));
}

Task<> Ledger::forget_contacts(std::set<PhoneNumber> numbers) {
    return run(runs_, &Store::forget_contacts, std::move(numbers));
}

Task<std::map<CallId, KnownTask>> Ledger::known_tasks(std::set<CallId> call_ids) {
    return run(runs_, &Store::known_tasks, std::move(call_ids));
}

Task<> Ledger::know_tasks(std::map<CallId, KnownTask> tasks) {
    return run(runs_, &Store::know_tasks, std::move(tasks));
}

Task<std::vector<Gap>> Ledger::gaps() { return run(runs_, &Store::gaps); }

Task<> Ledger::replace_gaps(TimeRange range, std::vector<Gap> left) {
    return run(runs_, &Store::replace_gaps, range, std::move(left));
}

Task<std::optional<std::string>> Ledger::recall(std::string key) {
    return run(runs_, &Store::recall, std::move(key));
}

Task<> Ledger::remember(std::string key, std::string value) {
    return run(runs_, &Store::remember, std::move(key), std::move(value));
}

Task<> Ledger::save_run(std::string run_id, UtcTime started_at, std::string report) {
    return run(runs_, &Store::save_run, std::move(run_id), started_at, std::move(report));
}

Task<std::vector<std::string>> Ledger::runs(int limit) { return run(people_, &Store::runs, limit); }

Task<std::optional<std::string>> Ledger::find_run(std::string run_id) {
    return run(people_, &Store::find_run, std::move(run_id));
}

}  // namespace ringbridge::ledger

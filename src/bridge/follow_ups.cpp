#include "bridge/follow_ups.hpp"

#include "bridge/entries.hpp"
#include "core/match.hpp"

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;
using ledger::KnownTask;

constexpr const char* stage_name = "task";

std::string why_refused(const std::expected<hubspot::FoundMarked, hubspot::Refused>& found,
                        const ContactId& contact_id) {
    if (!found) return found.error().message;
    const auto refused = found->refused.find(contact_id);
    return refused == found->refused.end() ? std::string{} : refused->second.message;
}

}  // namespace

Task<std::vector<Entry>> FollowUps::make(std::vector<Entry> entries) {
    if (!pipeline_.run.mapping.follow_up_missed) co_return entries;
    std::set<CallId> calls;
    for (const auto& entry : entries) calls.insert(entry.call.id);
    known_ = co_await pipeline_.run.ledger.known_tasks(std::move(calls));
    auto concerned = take(entries, [&](const Entry& entry) {
        return wants_call_back(entry.call) || known_.contains(entry.call.id);
    });
    if (concerned.empty()) co_return entries;
    co_await load_contacts(&concerned);
    co_await look_up(&concerned);
    co_await create_missing(&concerned);
    co_await complete_answered(&concerned);
    co_await pipeline_.run.ledger.save(concerned);
    append(entries, take(concerned, [&](const Entry& e) { return !waiting_.contains(e.call.id); }));
    co_return entries;
}

Task<> FollowUps::load_contacts(std::vector<Entry>* entries) {
    std::set<ContactId> contacts;
    for (const auto& entry : *entries) contacts.insert(entry.contact_id);
    co_await pipeline_.contacts.load(std::move(contacts));
    for (auto& entry : *entries) {
        if (pipeline_.defer_unreadable(entry, entry.contact_id, stage_name)) {
            waiting_.insert(entry.call.id);
        }
    }
}

Task<> FollowUps::create_missing(std::vector<Entry>* entries) {
    std::vector<Entry*> open;
    for (auto& entry : *entries) {
        if (wants_call_back(entry.call) && !is_settled(entry)) open.push_back(&entry);
    }
    while (!open.empty()) co_await create(hubspot::take_batch(open), true);
}

// A call may be listed as missed while it is still in progress. No callback is needed then.
Task<> FollowUps::complete_answered(std::vector<Entry>* entries) {
    std::vector<Entry*> answered;
    std::vector<std::string> ids;
    for (auto& entry : *entries) {
        const auto task = known_.find(entry.call.id);
        const bool has_task = task != known_.end() && !task->second.task_id.empty();
        if (!has_task || wants_call_back(entry.call) || waiting_.contains(entry.call.id)) continue;
        answered.push_back(&entry);
        ids.push_back(task->second.task_id);
    }
    if (ids.empty()) co_return;
    const auto outcomes = co_await pipeline_.run.crm.tasks().complete(std::move(ids));
    std::map<CallId, KnownTask> completed;
    for (std::size_t row = 0; row < answered.size(); ++row) {
        auto& entry = *answered[row];
        match(
            outcomes[row], [&](const hubspot::Written&) { completed[entry.call.id] = {}; },
            [&](const hubspot::Unsure& unsure) { wait(entry, unsure.why); },
            [&](const hubspot::Refused& refused) {
                // Alone: a person has deleted it.
                if (refused.alone)
                    completed[entry.call.id] = {};
                else
                    wait(entry, "HubSpot refused to complete the task: " + refused.message);
            });
    }
    co_await pipeline_.run.ledger.know_tasks(std::move(completed));
}

// Nothing more to do for it now. A deleted contact cannot have a task.
bool FollowUps::is_settled(const Entry& entry) const {
    const auto task = known_.find(entry.call.id);
    return waiting_.contains(entry.call.id) || !pipeline_.contacts.find(entry.contact_id) ||
           (task != known_.end() && !task->second.task_id.empty());
}

bool FollowUps::may_be_there(const Entry& entry) const {
    if (is_settled(entry)) return false;
    const auto task = known_.find(entry.call.id);
    return task == known_.end() ? pipeline_.may_be_forgotten(entry)
                                : task->second.creating_since.has_value();
}

Task<> FollowUps::look_up(std::vector<Entry>* entries) {
    std::set<ContactId> contact_ids;
    for (const auto& entry : *entries) {
        if (may_be_there(entry)) contact_ids.insert(pipeline_.contacts.find(entry.contact_id)->id);
    }
    if (contact_ids.empty()) co_return;
    const auto looked_up_at = pipeline_.run.clock.steady();
    const auto found =
        co_await pipeline_.run.crm.tasks().find(contact_ids, pipeline_.run.mapping.label);
    std::map<CallId, std::string> marked;
    if (found) {
        for (const auto& task : found->marked) marked.emplace(task.call_id, task.id);
        if (!found->refused.empty()) co_await pipeline_.run.crm.contacts().expect_open();
    }
    std::map<CallId, KnownTask> learned;
    for (auto& entry : *entries) {
        if (!may_be_there(entry)) continue;
        const auto task = marked.find(entry.call.id);
        const auto refused = why_refused(found, pipeline_.contacts.find(entry.contact_id)->id);
        if (!refused.empty()) {
            wait(entry, "HubSpot refused to show the contact's tasks: " + refused);
        } else if (task != marked.end()) {
            learned[entry.call.id] = known_[entry.call.id] = {task->second, std::nullopt};
        } else {
            wait_until_settled(entry, looked_up_at);
        }
    }
    co_await pipeline_.run.ledger.know_tasks(std::move(learned));
}

// `looked_up_at`: when the lookup began; it may have missed anything later.
void FollowUps::wait_until_settled(Entry& entry, SteadyTime looked_up_at) {
    const auto task = known_.find(entry.call.id);
    const auto creating_since =
        task == known_.end() ? std::optional<UtcTime>{} : task->second.creating_since;
    const auto shown_by = creating_since ? visible_by(pipeline_.run, *creating_since)
                                         : forgotten_visible_by(pipeline_.run);
    if (looked_up_at >= shown_by) return;
    pipeline_.transitions.defer_until(entry, stage_name,
                                      "waiting to see whether the task was created",
                                      std::min(shown_by, pipeline_.run.clock.steady() + 5s));
    waiting_.insert(entry.call.id);
}

Task<> FollowUps::create(std::vector<Entry*> entries, bool with_owner) {
    std::vector<hubspot::NewTask> tasks;
    std::map<CallId, KnownTask> noted;
    for (const auto* entry : entries) {
        const auto& contact = *pipeline_.contacts.find(entry->contact_id);
        auto follow_up = build_follow_up(entry->call, pipeline_.run.mapping);
        if (with_owner)
            follow_up.owner_id = choose_owner(contact.properties, pipeline_.run.mapping);
        tasks.push_back({std::move(follow_up), contact.id});
        noted[entry->call.id] = {.task_id = "", .creating_since = pipeline_.run.clock.now()};
    }
    co_await pipeline_.run.ledger.know_tasks(noted);
    const auto outcomes = co_await pipeline_.run.crm.tasks().create(tasks);
    std::vector<Entry*> refused_together, ownerless;
    for (std::size_t row = 0; row < entries.size(); ++row) {
        auto& entry = *entries[row];
        auto& task = noted[entry.call.id];
        task.creating_since.reset();
        match(
            outcomes[row], [&](const hubspot::Written& written) { task.task_id = written.id; },
            [&](const hubspot::Unsure& unsure) {
                task.creating_since = pipeline_.run.clock.now();
                wait(entry, unsure.why);
            },
            [&](const hubspot::Refused& refused) {
                if (!refused.alone) {
                    refused_together.push_back(&entry);  // one bad row fails the batch
                } else if (!tasks[row].follow_up.owner_id.empty()) {
                    // The reason may be the owner, who may have left.
                    pipeline_.run.log.warn(
                        "owner_left_out", {{"call", entry.call.id.text}, {"why", refused.message}});
                    ownerless.push_back(&entry);
                } else {
                    wait(entry, "HubSpot refused the task: " + refused.message);
                }
            });
    }
    co_await pipeline_.run.ledger.know_tasks(std::move(noted));
    for (auto& some : hubspot::in_smaller_batches(std::move(refused_together))) {
        co_await create(std::move(some), with_owner);
    }
    for (auto* entry : ownerless) co_await create({entry}, false);
}

void FollowUps::wait(Entry& entry, std::string reason) {
    pipeline_.transitions.defer(entry, stage_name, std::move(reason));
    waiting_.insert(entry.call.id);
}

}  // namespace ringbridge::bridge

#include "bridge/dedup.hpp"

#include "bridge/timing.hpp"
#include "core/backoff.hpp"
#include "core/match.hpp"
#include "core/stop.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;

// Two contacts each; a hundred are read at once.
constexpr std::size_t turns_max = hubspot::batch_max / 2;
constexpr int refusals_max = 8;
// "Cannot have more than 250 identities on a profile" (developers.hubspot.com, error handling).
constexpr int too_many_identities = 414;

bool has_one_of(const Person& person, const std::set<PhoneNumber>& numbers) {
    return std::ranges::any_of(person.numbers,
                               [&](const auto& number) { return numbers.contains(number); });
}

std::string why_not_seen(const hubspot::ReadContacts& read, const ContactId& id) {
    const auto refused = read.refused.find(id);
    if (refused == read.refused.end()) return "is gone";
    return "cannot be read from HubSpot: " + refused->second.message;
}

std::string reason_of(const hubspot::RowOutcome& outcome) {
    return match(
        outcome, [](const hubspot::Refused& refused) { return refused.message; },
        [](const hubspot::Unsure& unsure) { return unsure.why; },
        [](const hubspot::Written&) {
            return std::string{"HubSpot reported success, but the contacts were not merged"};
        });
}

}  // namespace

Dedup::Dedup(const Mapping& mapping, Crm& crm, ContactProperties& properties,
             hubspot::Client& client, ledger::Ledger& ledger, Clock& clock, Random& random,
             const bool& stopping, DedupReport& report)
    : mapping_{mapping},
      listed_{only_listed(mapping.hold)},
      crm_{crm},
      properties_{properties},
      client_{client},
      ledger_{ledger},
      clock_{clock},
      random_{random},
      stopping_{stopping},
      report_{report} {}

Task<> Dedup::take_up() {
    open_ = std::make_unique<OpenCrm>(co_await crm_.open());
    writer_ = std::make_unique<PropertyWriter>(*open_, properties_, clock_);
    co_await know_properties();
    const auto open = co_await ledger_.open_merges();
    std::set<ContactId> ids;
    for (const auto& merge : open) {
        if (merge.survivor.empty()) ids.insert({merge.keep, merge.loser});
    }
    const auto seen = (co_await contacts_->read(std::move(ids))).contacts;
    for (const auto& merge : open) {
        auto survivor = merge.survivor;
        if (survivor.empty()) {
            const auto keep = seen.find(merge.keep), loser = seen.find(merge.loser);
            const bool gone = keep == seen.end() || loser == seen.end();
            if (gone || keep->second.id != loser->second.id) continue;
            survivor = keep->second.id;
            co_await ledger_.settle_merge(merge.loser, survivor);
        }
        if (!merge.stamp.empty()) {
            add_pending_stamp(survivor, merge.loser, decode_stamp(merge.stamp));
        }
    }
}

// A snapshot holds every property that can be read.
Task<> Dedup::know_properties() {
    hubspot::PropertyCatalog catalog{client_, open_->capability().version};
    const auto known = co_await catalog.all();
    std::set<std::string> wanted{"email", "firstname", "lastname", owner_property};
    wanted.insert(mapping_.phone_properties.begin(), mapping_.phone_properties.end());
    for (const auto& name : stamp_properties(mapping_)) wanted.insert(name);  // created meanwhile
    if (known) {
        for (const auto& [name, property] : *known) wanted.insert(name);
    }
    contacts_ =
        std::make_unique<hubspot::Contacts>(client_, open_->capability().version,
                                            std::vector<std::string>{wanted.begin(), wanted.end()});
}

Task<> Dedup::plan(std::optional<std::vector<DuplicateGroup>> edited) {
    if (edited) {
        report_.plan = std::move(*edited);
    } else {
        DuplicateFinder finder{mapping_, crm_, client_};
        auto found = co_await finder.find();
        report_.scanned = found.scanned;
        report_.plan = std::move(found.plan);
        report_.passes = 1;
    }
    for (const auto& group : report_.plan) {
        if (!group.is_to_be_merged()) continue;
        groups_.push_back({.keep = group.keep,
                           .losers = {group.merge.begin(), group.merge.end()},
                           .shared = {group.shared.begin(), group.shared.end()},
                           .approved = group.approved,
                           .not_before = clock_.steady()});
    }
}

SteadyTime Dedup::next_round_at() const {
    auto next = SteadyTime::max();
    for (const auto& group : groups_) next = std::min(next, group.not_before);
    for (const auto& [survivor, pending] : pending_stamps_)
        next = std::min(next, pending.not_before);
    return next;
}

Task<> Dedup::round() {
    const auto due = due_groups();
    const auto seen = co_await read(due);
    std::vector<Turn> turns;
    for (auto* group : due) {
        if (auto survivor = late_survivor(*group, seen)) {
            co_await settle(group, std::move(*survivor));
        } else if (auto turn = judge(*group, seen)) {
            turns.push_back(std::move(*turn));
        }
    }
    co_await write_down(&turns);
    for (auto& turn : turns) {
        if (stopping_) throw StopAsked{};
        if (client_.daily_reserve_reached()) throw OutOfReach{hubspot::day_is_spared};
        co_await merge(&turn.group);
    }
    co_await stamp_survivors();
    std::erase_if(groups_, [](const Group& group) { return group.losers.empty(); });
}

std::vector<Dedup::Group*> Dedup::due_groups() {
    std::vector<Group*> due;
    for (auto& group : groups_) {
        if (group.not_before <= clock_.steady()) due.push_back(&group);
    }
    std::ranges::sort(due, {},
                      [](const Group* group) { return std::pair{group->not_before, group->keep}; });
    if (due.size() > turns_max) due.resize(turns_max);
    return due;
}

Task<Dedup::Seen> Dedup::read(std::vector<Group*> due) {
    std::set<ContactId> ids;
    for (const auto* group : due) ids.insert({group->keep, group->losers.front()});
    for (const auto& [survivor, pending] : pending_stamps_) ids.insert(survivor);
    auto seen = co_await contacts_->read(std::move(ids));
    // Whoever merged them. Before the survivor is added to the ledger: its call count includes the
    // calls that the ledger has under the old ids.
    for (const auto& [id, contact] : seen.contacts) {
        if (contact.id != id) co_await ledger_.follow_merge(id, contact.id);
    }
    // What counts is what a survivor's stamp should be by now, not what it still is.
    for (auto& [survivor, pending] : pending_stamps_) {
        if (seen.refused.contains(survivor)) continue;
        const auto contact = seen.contacts.find(survivor);
        const bool gone = contact == seen.contacts.end();
        pending.stamp =
            gone ? Properties{} : changes_left(pending.stamp, contact->second.properties, mapping_);
        for (const auto& [name, value] : pending.stamp) contact->second.properties[name] = value;
    }
    co_return seen;
}

// A merge that was given up on was carried out after all.
std::optional<ContactId> Dedup::late_survivor(const Group& group, const Seen& seen) {
    const auto keep = seen.contacts.find(group.keep),
               loser = seen.contacts.find(group.losers.front());
    const bool begun = !group.begun.keep.empty();
    const bool there = begun && keep != seen.contacts.end() && loser != seen.contacts.end();
    if (!there || keep->second.id != loser->second.id) return std::nullopt;
    return keep->second.id;
}

// Checked again just before the merge: what has changed since the plan was made is left out.
std::optional<Dedup::Turn> Dedup::judge(Group& group, const Seen& seen) {
    const auto id = group.losers.front();
    const auto keep = seen.contacts.find(group.keep), loser = seen.contacts.find(id);
    if (keep == seen.contacts.end()) {
        const auto why = "the contact to keep " + why_not_seen(seen, group.keep);
        while (!group.losers.empty()) leave_out(group, group.losers.front(), why);
        return std::nullopt;
    }
    if (loser == seen.contacts.end()) {
        leave_out(group, id, "it " + why_not_seen(seen, id));
        return std::nullopt;
    }
    Turn turn{group, keep->second, loser->second};
    const std::vector people{person_of(turn.keep, mapping_), person_of(turn.loser, mapping_)};
    if (turn.keep.id == turn.loser.id) {
        leave_out(group, id, "it was already merged");
    } else if (!std::ranges::all_of(
                   people, [&](const auto& one) { return has_one_of(one, group.shared); })) {
        leave_out(group, id, "the contacts no longer share the number");
    } else if (auto why = why_held(people, group.approved ? listed_ : mapping_.hold);
               !why.empty()) {
        leave_out(group, id, std::move(why));
    } else {
        return turn;
    }
    return std::nullopt;
}

void Dedup::leave_out(Group& group, ContactId loser, std::string why) {
    std::erase(group.losers, loser);
    group.begun = {};
    ++report_.left_out;
    report_.errors.push_back({group.keep, std::move(loser), std::move(why)});
}

Task<> Dedup::write_down(std::vector<Turn>* turns) {
    std::set<ContactId> losers;
    for (const auto& turn : *turns) losers.insert(turn.loser.id);
    if (losers.empty()) co_return;
    const auto activities = co_await activities_of(std::move(losers));
    std::vector<ledger::Merge> merges;
    for (auto& turn : *turns) {
        auto stamp = build_survivor(turn.keep.properties, turn.loser.properties, mapping_);
        merges.push_back({.keep = turn.keep.id,
                          .loser = turn.loser.id,
                          .keep_count = call_count(turn.keep.properties, mapping_),
                          .loser_count = call_count(turn.loser.properties, mapping_),
                          .snapshot = encode_snapshot(turn.loser, activities, unreadable_types_),
                          .stamp = encode_stamp(stamp)});
        turn.group.begun = Begun{turn.keep.id, turn.loser.id, std::move(stamp)};
    }
    co_await ledger_.begin_merges(std::move(merges));
}

// All of them move to the survivor; HubSpot no longer shows which were the loser's.
Task<std::map<std::string, hubspot::Attached>> Dedup::activities_of(std::set<ContactId> contacts) {
    std::map<std::string, hubspot::Attached> activities;
    for (const auto* type : {"calls", "emails", "meetings", "notes", "tasks"}) {
        if (unreadable_types_.contains(type)) continue;
        hubspot::Timeline timeline{client_, open_->capability().version, type, ""};
        auto attached = co_await timeline.attached(contacts);
        if (attached && attached->refused.empty()) {
            activities[type] = std::move(attached->ids);
        } else {
            unreadable_types_.insert(type);
        }
    }
    co_return activities;
}

// If the response is not clear, the next read of both shows whether they were merged.
Task<> Dedup::merge(Group* group) {
    const auto outcome = co_await contacts_->merge(group->begun.keep, group->begun.loser);
    const auto* written = std::get_if<hubspot::Written>(&outcome);
    if (!written) co_return put_off(*group, outcome);
    if (group->refusals > 0 && group->merged_at) {
        pause_ = std::max(pause_, clock_.steady() - *group->merged_at);
    }
    co_await settle(group, ContactId{written->id});
}

Task<> Dedup::settle(Group* group, ContactId survivor) {
    auto [keep, loser, stamp] = std::exchange(group->begun, {});
    co_await ledger_.settle_merge(loser, survivor);
    const auto now = clock_.steady();
    group->refusals = 0;
    group->merged_at = now;
    group->not_before = now + pause_;
    group->losers.pop_front();
    ++report_.merged;
    group->keep = survivor;
    for (const auto& id : {keep, loser}) {
        if (id == survivor) continue;
        if (auto older = pending_stamps_.extract(id)) {
            older.key() = survivor;
            pending_stamps_.insert(std::move(older));
        }
    }
    if (!stamp.empty()) add_pending_stamp(survivor, loser, std::move(stamp));
}

void Dedup::put_off(Group& group, const hubspot::RowOutcome& outcome) {
    const auto* refused = std::get_if<hubspot::Refused>(&outcome);
    const bool for_good = refused && refused->status == too_many_identities;
    if (!for_good && ++group.refusals <= refusals_max) {
        group.not_before =
            clock_.steady() + backoff(group.refusals - 1, merge_retries, random_.roll());
        return;
    }
    report_.deferred += static_cast<int>(group.losers.size());
    report_.errors.push_back({group.keep, group.losers.front(), reason_of(outcome)});
    group.losers.clear();
}

// The most recent value wins.
void Dedup::add_pending_stamp(const ContactId& survivor, ContactId loser, Properties stamp) {
    auto& pending = pending_stamps_[survivor];
    pending.losers.push_back(std::move(loser));
    for (auto& [name, value] : stamp) pending.stamp[name] = std::move(value);
}

bool Dedup::has_unknown(const Properties& stamp) const {
    return std::ranges::any_of(stamp,
                               [&](const auto& one) { return properties_.is_unknown(one.first); });
}

Task<> Dedup::forget_pending_stamp(ContactId survivor) {
    for (const auto& loser : pending_stamps_.at(survivor).losers)
        co_await ledger_.note_stamped(loser);
    pending_stamps_.erase(survivor);
}

Task<> Dedup::stamp_survivors() {
    std::vector<hubspot::ContactPatch> patches;
    std::vector<ContactId> stamped_already;
    for (const auto& [survivor, pending] : pending_stamps_) {
        if (pending.stamp.empty()) {
            stamped_already.push_back(survivor);
        } else if (pending.not_before <= clock_.steady() && patches.size() < hubspot::batch_max) {
            patches.push_back({survivor, pending.stamp});
        }
    }
    for (const auto& survivor : stamped_already) co_await forget_pending_stamp(survivor);
    if (!patches.empty()) co_await write_stamps(std::move(patches));
}

// As for a call's stamp (see stamper.hpp): recorded first, since an update that arrives late undoes
// what was written after it.
Task<> Dedup::write_stamps(std::vector<hubspot::ContactPatch> patches) {
    co_await properties_.prepare(open_->capability().version);
    std::map<ContactId, std::optional<UtcTime>> begun;
    for (const auto& patch : patches) begun[patch.id] = clock_.now();
    co_await ledger_.note_stamps(begun);
    const auto results = co_await writer_->write(patches);
    for (const auto& [survivor, stamp] : patches) {
        const auto& [outcome, written, outdated] = results.at(survivor);
        if (std::holds_alternative<hubspot::Unsure>(outcome)) {
            pending_stamps_.at(survivor).not_before = clock_.steady() + settle_time;
            continue;
        }
        if (const auto* refused = std::get_if<hubspot::Refused>(&outcome)) {
            report_.errors.push_back({survivor, "", refused->message});
        }
        for (const auto& [name, value] : stamp) {
            const auto why = properties_.why_left_out(name, survivor, value);
            if (why) report_.errors.push_back({survivor, "", name + " is left out: " + *why});
        }
        co_await ledger_.note_stamps({{survivor, std::nullopt}});
        if (outdated) continue;  // the next round writes what the survivor still lacks
        if (has_unknown(stamp)) {
            report_.errors.push_back({survivor, "", properties_.why_unknown()});
            pending_stamps_.erase(survivor);  // the next dedup resumes it
        } else {
            co_await forget_pending_stamp(survivor);
        }
    }
}

}  // namespace ringbridge::bridge

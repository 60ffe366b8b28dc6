#include "tests/simulation/witness.hpp"

#include "sim/hubspot/values.hpp"
#include "tests/flow/town.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// A value that a person types into a blank field just before we write it is lost: HubSpot has no
// conditional write. This is the longest time between our read and our write, waits included.
constexpr Milliseconds about_to_write = 5min;

// How far a scheduled window reaches back: see tests/flow/town.cpp.
constexpr Milliseconds overlap = 60min;

// HubSpot's ten seconds, and one for requests in transit.
constexpr Milliseconds burst_window = 11s;

[[noreturn]] void broken(std::string promise, std::string seen) {
    throw Violation{std::move(promise), std::move(seen)};
}

std::string property(const auto& record, const std::string& name) {
    const auto found = record.properties.find(name);
    return found == record.properties.end() ? std::string{} : found->second;
}

// The witness parses the marker independently.
std::string marked_call(const sim::PortalCall& activity) {
    const auto body = property(activity, "hs_call_body");
    constexpr std::string_view marker = "GoodCall ID: ";
    const auto at = body.rfind(marker);
    if (at == std::string::npos) return {};
    const auto first = at + marker.size();
    const auto last = body.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789", first);
    return body.substr(first, last - first);
}

bool has_number(const sim::PortalRecord& contact, const std::string& digits) {
    return digits_of(property(contact, "phone")) == digits ||
           digits_of(property(contact, "mobilephone")) == digits;
}

}  // namespace

bool is_write(const HttpRequest& request) {
    if (request.method == "GET") return false;
    return !request.url.ends_with("/search") && !request.url.ends_with("/read");
}

std::string digits_of(const std::string& number) {
    std::string digits;
    for (const char letter : number) {
        if (letter >= '0' && letter <= '9') digits += letter;
    }
    return digits.size() > 10 ? digits.substr(digits.size() - 10) : digits;
}

void Witness::see_request(const HttpRequest& request, const HttpResponse& response) {
    // Replicas are on machines of their own, which do not know of each other's requests.
    const bool may_exceed =
        setting_.has_replicas || setting_.world.now() - power_lost_at_ <= burst_window;
    if (response.status == 429 && !may_exceed) {
        broken("the rate limits are never exceeded", "HubSpot answered 429 to " + request.url);
    }
    if (!is_write(request)) return;
    if (request.url.ends_with("/merge")) see_merge_asked(request, response);
    duplicates_.check();
    check_contacts();
    check_activities();
    check_notes();
    check_versions();
}

void Witness::see_typed(const std::string& contact_id, const std::string& name) {
    for (const auto& contact : setting_.portal.contacts()) {
        if (contact.id != contact_id) continue;
        known_contacts_.insert(contact.id);
        typed_[contact.id][name] = {property(contact, name), setting_.world.now()};
    }
}

void Witness::see_merge_by_hand(const std::string& primary, const std::string& loser,
                                const std::string& survivor) {
    merged_ = true;
    duplicates_.see_merged_by_hand(primary, loser);
    see_merge(primary, loser, survivor);
}

void Witness::see_merge_asked(const HttpRequest& request, const HttpResponse& response) {
    if (response.status != 200) return;
    const auto asked = json::parse(request.body);
    merged_by_us_ = true;
    see_merge(asked.at("primaryObjectId"), asked.at("objectIdToMerge"),
              json::parse(response.body).at("id"));
}

// Which of two typed values survives is up to HubSpot.
void Witness::see_merge(const std::string& primary, const std::string& loser,
                        const std::string& survivor) {
    auto names = typed_[primary];
    names.insert(typed_[loser].begin(), typed_[loser].end());
    for (const auto& [name, typed] : names) see_typed(survivor, name);
    known_contacts_.insert(survivor);
    last_calls_.erase(survivor);
}

// An operator's decisions are lost with the ledger.
void Witness::see_ledger_lost() {
    ledger_lost_at_ = setting_.world.now();
    dismissed_.clear();
    decisions_forgotten_.merge(numbers_given_);
    numbers_given_.clear();
}

// It knows again what it knew then. What was decided since is lost.
void Witness::see_ledger_rolled_back() {
    ledger_lost_at_ = setting_.world.now();
    const auto roll_back = [&](std::set<std::string>& now, const std::set<std::string>& then) {
        std::ranges::set_symmetric_difference(
            now, then, std::inserter(decisions_forgotten_, decisions_forgotten_.end()));
        now = then;
    };
    roll_back(dismissed_, backed_up_.dismissed);
    roll_back(numbers_given_, backed_up_.numbers_given);
}

void Witness::see_dismissed(const std::string& call_id) {
    if (is_synced(call_id)) broken("a synced call cannot be dismissed", call_id);
    dismissed_.insert(call_id);
    decisions_forgotten_.erase(call_id);
}

void Witness::see_number_given(const std::string& call_id) {
    numbers_given_.insert(call_id);
    decisions_forgotten_.erase(call_id);
    dismissed_.erase(call_id);
}

bool Witness::is_synced(const std::string& call_id) const {
    return std::ranges::any_of(setting_.portal.calls(), [&](const sim::PortalCall& activity) {
        return marked_call(activity) == call_id;
    });
}

void Witness::check_contacts() {
    for (const auto& contact : setting_.portal.contacts()) {
        if (known_contacts_.insert(contact.id).second) check_new_contact(contact);
        check_typed(contact);
        check_stamp(contact);
    }
}

// A contact that appeared with a request was created by the bridge.
void Witness::check_new_contact(const sim::PortalRecord& contact) {
    if (property(contact, "hs_object_source") == "CRM_UI") return;
    const auto number = digits_of(property(contact, "phone"));
    const auto [made, first] = made_for_.emplace(number, contact.id);
    if (!first) {
        broken("no contact is created twice",
               fmt::format("{} after {} for the number of one caller", contact.id, made->second));
    }
    const auto long_there = setting_.world.now() - 5min;
    for (const auto& other : setting_.portal.contacts()) {
        if (other.id == contact.id || other.created > long_there) continue;
        if (has_number(other, number)) {
            broken("no existing contact is created again",
                   fmt::format("{}, and {} had the number already", contact.id, other.id));
        }
    }
}

void Witness::check_typed(const sim::PortalRecord& contact) {
    const auto typed = typed_.find(contact.id);
    if (typed == typed_.end()) return;
    for (auto& [name, last] : typed->second) {
        const auto now = property(contact, name);
        if (now == last.value) continue;
        if (setting_.world.now() - last.at > about_to_write) {
            broken("nothing that a person typed is overwritten",
                   fmt::format("{} of {} was \"{}\" and is \"{}\"", name, contact.id, last.value,
                               now));
        }
        last.value = now;
    }
}

void Witness::check_stamp(const sim::PortalRecord& contact) {
    const auto stamped =
        parse_utc(property(contact, "goodcall_last_call_date")).value_or(UtcTime{});
    auto& [last, call_id] = last_calls_[contact.id];
    // Except for a call that turned out to be another caller's.
    const bool was_corrected = !call_id.empty() && callers_.calls().at(call_id).corrected;
    if (stamped < last && !was_corrected) {
        broken(
            "the last call's date never goes back",
            fmt::format("on {} from {} to {}", contact.id, format_utc(last), format_utc(stamped)));
    }
    last = stamped;
    call_id = property(contact, "goodcall_last_call_id");
}

void Witness::check_activities() const {
    std::map<std::string, std::string> synced;
    for (const auto& activity : setting_.portal.calls()) {
        const auto id = marked_call(activity);
        if (id.empty()) broken("every activity has a marker", activity.id + " has none");
        if (activity.contact_ids.empty()) broken("every activity is on a contact", id);
        const auto [first, alone] = synced.emplace(id, activity.id);
        if (!alone) {
            broken("one activity a call",
                   fmt::format("{} has {} and {}", id, first->second, activity.id));
        }
    }
}

void Witness::check_notes() {
    for (const auto& activity : setting_.portal.calls()) {
        const auto typed = notes_.find(activity.id);
        if (typed == notes_.end()) continue;
        std::erase_if(typed->second, [&](const auto& note) {
            const auto& [text, at] = note;
            if (property(activity, "hs_call_body").contains(text)) return false;
            if (setting_.world.now() - at > about_to_write) {
                broken("what a person typed into an activity stays",
                       fmt::format("\"{}\" in {}", text, activity.id));
            }
            return true;
        });
    }
}

// Each version of a call lasts longer than the one before it. A ledger that has forgotten a call
// cannot know that a webhook's event is older than what HubSpot has, and until it hears the
// platform, nor can one that went back to when it had yet to write an older one.
void Witness::check_versions() {
    const auto& drawn = setting_.scenario.disturbers;
    const bool may_go_back = ledger_lost_at_ && (drawn.contains(Disturber::pushed) ||
                                                 drawn.contains(Disturber::ledger_rolled_back));
    for (const auto& activity : setting_.portal.calls()) {
        const auto shown = property(activity, "hs_call_duration");
        const auto duration = shown.empty() ? 0 : std::stol(shown);
        auto& newest = longest_[activity.id];
        if (duration < newest && !may_go_back) {
            broken("an activity never goes back to an older version of its call",
                   fmt::format("{} went from {} ms to {} ms", activity.id, newest, duration));
        }
        newest = duration;
    }
}

bool Witness::is_contact_of(const sim::PortalRecord& contact, const std::string& digits) const {
    if (has_number(contact, digits)) return true;
    const auto went_to = merged_away_.find(digits);
    return went_to != merged_away_.end() &&
           std::ranges::any_of(went_to->second, [&](const std::string& survivor) {
               return setting_.portal.resolve(survivor) == contact.id;
           });
}

std::optional<bool> Witness::should_be_synced(const std::string& call_id,
                                              const CallTruth& call) const {
    if (decisions_forgotten_.contains(call_id)) return std::nullopt;
    if (call.refused || dismissed_.contains(call_id)) return false;
    if (callers_.is_unsearchable(call)) return std::nullopt;
    return call.reachable || numbers_given_.contains(call_id);
}

bool Witness::may_be_outdated(const CallTruth& call) const {
    constexpr Milliseconds longest_to_relearn = 6h;
    return call.changed_at && ledger_lost_at_ &&
           *call.changed_at < *ledger_lost_at_ + longest_to_relearn;
}

std::optional<std::string> Witness::call_not_synced() const {
    std::map<std::string, sim::PortalCall> synced;
    for (auto& activity : setting_.portal.calls()) synced[marked_call(activity)] = activity;
    for (const auto& [id, call] : callers_.calls()) {
        if (!should_be_synced(id, call).value_or(false)) continue;
        const auto activity = synced.find(id);
        if (activity == synced.end()) return id;
        const auto body = property(activity->second, "hs_call_body");
        if (!may_be_outdated(call) && !body.contains(call.summary)) return id;
    }
    return std::nullopt;
}

// The last day is re-read every hour: that finds calls listed too late for the ordinary windows.
void Witness::judge_health(const std::vector<ledger::Entry>& entries) const {
    const auto now = setting_.world.now();
    const auto patience = 3 * setting_.scenario.interval;
    std::set<std::string> known;
    for (const auto& entry : entries) {
        known.insert(entry.call.id.text);
        using enum ledger::Stage;
        const bool settled =
            entry.stage == done || entry.stage == parked || entry.stage == dismissed;
        // Reopened since it was seen, by a change or by a person.
        const auto call = callers_.calls().find(entry.call.id.text);
        const bool changed = call != callers_.calls().end() && call->second.changed_at;
        const bool reopened = entry.synced_at || !entry.given_phone.empty() || changed;
        if (settled || reopened || now - entry.seen_at <= patience) continue;
        if (entry.reason.empty() || !entry.not_before) {
            broken("while health is ok, every waiting call has a reason and a next try",
                   entry.call.id.text);
        }
    }
    for (const auto& [id, since] : callers_.listed_since()) {
        const bool late = since - callers_.calls().at(id).planned.at > overlap;
        if (now - since <= patience + (late ? Milliseconds{1h} : Milliseconds{0})) continue;
        if (!known.contains(id)) {
            broken("while health is ok, no listed call is missing from the ledger", id);
        }
    }
}

void Witness::judge_end() const {
    check_activities();
    std::map<std::string, sim::PortalCall> synced;
    for (auto& activity : setting_.portal.calls()) synced[marked_call(activity)] = activity;
    for (const auto& [id, call] : callers_.calls()) {
        const auto activity = synced.find(id);
        const bool is_synced = activity != synced.end();
        const bool wanted = should_be_synced(id, call).value_or(is_synced);
        if (wanted != is_synced) {
            broken(wanted ? "every call is synced"
                          : "a call without a number, a dismissed or a refused one, is not synced",
                   id);
        }
        if (is_synced) judge_activity(call, activity->second);
    }
    // A survivor's pending stamp is lost with the ledger.
    const bool merges_forgotten = merged_by_us_ && ledger_lost_at_;
    if (!merged_ && !merges_forgotten && decisions_forgotten_.empty()) judge_stamps();
}

void Witness::judge_activity(const CallTruth& call, const sim::PortalCall& activity) const {
    if (callers_.is_unsearchable(call)) return;
    const auto expect = [&](const std::string& name, const std::string& value) {
        if (property(activity, name) == value) return;
        broken("an activity shows the newest version of its call",
               fmt::format("{} of {} is \"{}\", not \"{}\"", name, call.planned.id,
                           property(activity, name), value));
    };
    const auto& caller = callers_.caller_of(call);
    expect("hs_timestamp", sim::moment_text(call.planned.at));
    expect("hs_call_from_number", caller.e164);
    if (!may_be_outdated(call)) {
        expect("hs_call_duration", std::to_string(call.duration_seconds * 1000));
    }
    if (!may_be_outdated(call) && !property(activity, "hs_call_body").contains(call.summary)) {
        broken("an activity shows the newest version of its call",
               call.planned.id + ": the summary is old");
    }
    if (activity.contact_ids.size() != 1) {
        broken("a call is on one contact",
               fmt::format("{} is on {}", call.planned.id, activity.contact_ids.size()));
    }
    const auto contacts = setting_.portal.contacts();
    const auto& id = activity.contact_ids.front();
    const auto contact = std::ranges::find(contacts, id, [](const auto& one) { return one.id; });
    if (contact == contacts.end() || !is_contact_of(*contact, digits_of(caller.e164))) {
        broken("a call is on the contact with its number",
               fmt::format("{} is on {}", call.planned.id, id));
    }
}

// Each contact's stamp shows its newest call and its number of calls.
void Witness::judge_stamps() const {
    std::map<std::string, const CallTruth*> newest;
    std::map<std::string, int> count;
    for (const auto& activity : setting_.portal.calls()) {
        const auto& call = callers_.calls().at(marked_call(activity));
        const auto& contact = activity.contact_ids.front();
        ++count[contact];
        const auto* known = newest[contact];
        const auto order = [](const CallTruth& one) {
            return std::pair{one.planned.at, one.planned.id};
        };
        if (known == nullptr || order(*known) < order(call)) newest[contact] = &call;
    }
    for (const auto& contact : setting_.portal.contacts()) {
        const auto last = newest.find(contact.id);
        if (last == newest.end()) {
            if (property(contact, "goodcall_last_call_id").empty()) continue;
            broken("a stamp shows a call of that contact", contact.id + " has none left");
        }
        // Its calls are parked by a ledger that has forgotten them.
        if (ledger_lost_at_ && callers_.is_unsearchable(*last->second)) continue;
        const auto expect = [&](const std::string& name, const std::string& value) {
            if (property(contact, name) == value) return;
            broken("the stamp shows the newest call",
                   fmt::format("{} of {} is \"{}\", not \"{}\"", name, contact.id,
                               property(contact, name), value));
        };
        expect("goodcall_last_call_id", last->second->planned.id);
        if (!may_be_outdated(*last->second)) {
            expect("goodcall_last_call_summary", last->second->summary);
        }
        expect("goodcall_call_count", std::to_string(count.at(contact.id)));
    }
}

}  // namespace ringbridge::simulation

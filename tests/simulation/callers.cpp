#include "tests/simulation/callers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

// Calls that were made before the world begins.
constexpr Milliseconds backlog = 6h;

constexpr Milliseconds longest_delay = 8h;

// Of a record: each write may bring a change, and each change a write.
constexpr int most_changes = 10;

}  // namespace

Callers::Callers(Setting& setting)
    : setting_{setting}, ends_at_{setting.world.now() + setting.scenario.span} {
    const auto& scenario = setting_.scenario;
    const auto now = setting_.world.now();
    setting_.workload.add_callers(static_cast<std::size_t>(scenario.callers),
                                  static_cast<std::size_t>(scenario.known_callers), setting_.portal,
                                  now - 24h * 365);
    crowd_a_number();
    refuse_a_search();
    SeededRandom random{scenario.seed, "calls"};
    // With a coarse clock several calls have the same time.
    const Milliseconds tick = random.happens(250) ? 30min : 1ms;
    for (int i = 0; i < scenario.calls; ++i) {
        make_call(random.between(-backlog, scenario.span) / tick * tick);
    }
    add_older_calls();
    choose_when_choking_ends();
}

// So many that it is known what is usual.
void Callers::add_older_calls() {
    constexpr int usual = 25;
    if (!setting_.scenario.disturbers.contains(Disturber::schema_drifted)) return;
    SeededRandom random{setting_.scenario.seed, "older calls"};
    for (int i = 0; i < usual; ++i) make_call(random.between(-backlog, -30min));
}

// More than fit a search page, each younger than the number's previous contact. Dedup would have to
// merge them all.
void Callers::crowd_a_number() {
    constexpr int crowd = 205;
    if (setting_.scenario.disturbers.contains(Disturber::deduplicated)) return;
    if (!setting_.injects(Disturber::number_crowded, 100)) return;
    const auto& caller =
        setting_.random(Disturber::number_crowded).pick(setting_.workload.callers());
    for (int i = 0; i < crowd; ++i) {
        setting_.portal.add_contact({{"phone", caller.e164}},
                                    setting_.world.now() - 24h * 300 + i * 1min);
    }
}

// Excludes disturbers whose outcome a refused search would hide.
void Callers::refuse_a_search() {
    for (const auto disturber :
         {Disturber::number_corrected, Disturber::number_given, Disturber::call_dismissed}) {
        if (setting_.scenario.disturbers.contains(disturber)) return;
    }
    if (!setting_.injects(Disturber::search_refused, 300)) return;
    const auto& caller =
        setting_.random(Disturber::search_refused).pick(setting_.workload.callers());
    setting_.unsearchable = caller.e164.substr(2);
}

// Listed when it is over, or hours later; updated later still; or malformed.
void Callers::make_call(Milliseconds after_start) {
    auto planned = setting_.workload.make_call(setting_.world.now() + after_start);
    const auto id = planned.id;
    auto published_at = planned.at + std::chrono::seconds{planned.duration_seconds};
    auto record = json::parse(planned.record);
    CallTruth truth{.planned = std::move(planned),
                    .summary = record["summary"],
                    .duration_seconds = record["durationSeconds"]};
    if (setting_.injects(Disturber::published_late, 400)) {
        published_at += setting_.random(Disturber::published_late).between(1min, longest_delay);
    }
    published_at = std::min(published_at, ends_at_);
    if (setting_.injects(Disturber::odd_record, 300)) {
        static const std::array oddities{json{{"customerPhone", "Anonymous"}},
                                         json{{"customerPhone", nullptr}}, json{{"id", nullptr}},
                                         json{{"callTimestamp", "yesterday"}}};
        record.update(setting_.random(Disturber::odd_record).pick(oddities));
        truth.reachable = false;
    }
    if (truth.reachable && setting_.refused_word.empty() &&
        setting_.injects(Disturber::record_refused, 400)) {
        setting_.refused_word = "unspeakable";
        truth.refused = true;
        truth.summary += " An unspeakable word.";
        record["summary"] = truth.summary;
    }
    truth.only_sent =
        truth.reachable && may_be_listed_never() && setting_.injects(Disturber::listed_never, 400);
    setting_.world.at(published_at, [this, id, text = record.dump()] { publish(id, text); });
    if (truth.reachable && !truth.only_sent && setting_.injects(Disturber::window_chokes, 150)) {
        truth.chokes = true;
        setting_.site.choke_on(id);
    } else if (truth.reachable && setting_.injects(Disturber::record_changed, 400)) {
        const auto later = setting_.random(Disturber::record_changed).between(1min, 3h);
        setting_.world.at(std::min(published_at + later, ends_at_), [this, id] { change(id); });
    }
    if (truth.reachable && !truth.chokes) build_corrections(id, published_at);
    calls_.emplace(id, std::move(truth));
}

// Once, or again soon after, perhaps back to the number it had.
void Callers::build_corrections(const std::string& id, UtcTime published_at) {
    auto& random = setting_.random(Disturber::number_corrected);
    auto moment = published_at;
    while (may_correct() && setting_.injects(Disturber::number_corrected, 500)) {
        moment += random.happens(500) ? random.between(1min, 3h) : random.between(1s, 20min);
        setting_.world.at(std::min(moment, ends_at_), [this, id] { correct(id); });
    }
}

// A new ledger looks for a call only on the contacts that have its number now.
bool Callers::may_correct() const {
    return !setting_.scenario.may_forget() && setting_.scenario.callers > 1;
}

// Never, or in the calm phase. Calls close by are in the same gap.
void Callers::choose_when_choking_ends() {
    for (auto& [id, call] : calls_) {
        if (!call.chokes) continue;
        call.never_listed =
            is_alone(call) && setting_.random(Disturber::window_chokes).happens(300);
        if (call.never_listed) {
            call.reachable = false;
        } else {
            setting_.world.at(ends_at_, [this, healed = id] { setting_.site.heal(healed); });
        }
    }
}

bool Callers::is_alone(const CallTruth& call) const {
    return std::ranges::none_of(calls_, [&](const auto& entry) {
        const auto& other = entry.second.planned;
        return other.id != call.planned.id && std::chrono::abs(other.at - call.planned.at) < 3min;
    });
}

void Callers::publish(std::string id, std::string record) {
    const bool never_listed = calls_.at(id).never_listed;
    if (!never_listed) ++published_;
    const auto& truth = calls_.at(id);
    if (truth.reachable && !truth.chokes && !truth.only_sent) {
        listed_since_.emplace(id, setting_.world.now());
    }
    setting_.note("site", (truth.only_sent ? "sends " : "lists ") + id);
    announce(truth, std::move(record));
}

// What cannot be read is only listed: sent as well, it would be two records that nobody knows to
// be one.
void Callers::announce(const CallTruth& truth, std::string record) {
    if (truth.reachable) setting_.send_event(record, truth.only_sent);
    if (!truth.only_sent) setting_.site.publish(std::move(record));
}

// A lost ledger's calls are found again in the list; what was sent in a shape that could not be
// read, in its newest version.
bool Callers::may_be_listed_never() const {
    const auto has = [&](Disturber one) { return setting_.scenario.disturbers.contains(one); };
    return has(Disturber::pushed) && !setting_.scenario.may_forget() &&
           !has(Disturber::schema_drifted) && !setting_.scenario.loses_ledger_at_the_end;
}

void Callers::see_write() {
    for (const auto& [id, call] : calls_) {
        if (!call.changed_at || call.changes >= most_changes) continue;
        if (!setting_.injects(Disturber::record_changed, 250)) continue;
        const auto later = setting_.random(Disturber::record_changed).between(0ms, 20s);
        const auto moment = std::min(setting_.world.now() + later, ends_at_);
        setting_.world.at(moment, [this, changed = id] { change(changed); });
    }
}

// A change that was listed for some runs is in the ledger; HubSpot must have it in the end.
void Callers::take_away(std::string id) {
    if (setting_.world.now() - *calls_.at(id).changed_at < long_enough()) return;
    calls_.at(id).taken_away = true;
    setting_.note("site", "stops listing " + id);
    setting_.site.take_away(id);
}

void Callers::change(std::string id) {
    auto& truth = calls_.at(id);
    if (truth.taken_away) return;
    setting_.note("site", "updates " + id);
    publish_newer(truth);
    if (!may_be_listed_briefly() || !setting_.injects(Disturber::listed_briefly, 500)) return;
    const auto later = setting_.world.now() + long_enough();
    setting_.world.at(later, [this, id] { take_away(id); });
}

void Callers::correct(std::string id) {
    auto& truth = calls_.at(id);
    if (truth.taken_away) return;
    const auto& callers = setting_.workload.callers();
    auto& random = setting_.random(Disturber::number_corrected);
    truth.planned.caller += 1 + random.below(callers.size() - 1);
    truth.planned.caller %= callers.size();
    truth.corrected = true;
    auto record = json::parse(truth.planned.record);
    record["customerPhone"] = callers[truth.planned.caller].e164;
    truth.planned.record = record.dump();
    setting_.note("site", "corrects the number of " + id);
    publish_newer(truth);
}

void Callers::publish_newer(CallTruth& truth) {
    const auto& id = truth.planned.id;
    auto record = json::parse(truth.planned.record);
    // Each change replaces the one before: an activity's body would cut what only grows.
    const auto first = truth.summary.substr(0, truth.summary.find(" Change "));
    truth.summary = fmt::format("{} Change {} of {}.", first, ++truth.changes, id);
    truth.duration_seconds += 7;
    truth.changed_at = setting_.world.now();
    record["summary"] = truth.summary;
    record["durationSeconds"] = truth.duration_seconds;
    announce(truth, record.dump());
}

// The last day is re-read every hour: by then a run has seen it.
Milliseconds Callers::long_enough() const { return 1h + 3 * setting_.scenario.interval; }

void Callers::take_away_since(UtcTime moment) {
    if (!is_each_listing_kept()) return;
    auto& random = setting_.random(Disturber::schema_drifted);
    for (auto& [id, call] : calls_) {
        const auto since = listed_since_.find(id);
        if (since == listed_since_.end() || since->second < moment || !random.happens(500))
            continue;
        const auto newest = std::max(since->second, call.changed_at.value_or(since->second));
        if (setting_.world.now() - newest < long_enough()) continue;
        call.taken_away = true;
        setting_.note("site", "stops listing " + id);
        setting_.site.take_away(id);
    }
}

// A changed record that lost something else than its id, time or number is not kept, unless enough
// records are known.
bool Callers::may_be_listed_briefly() const {
    return is_each_listing_kept() &&
           !setting_.scenario.disturbers.contains(Disturber::schema_drifted);
}

// Only if each run reads what is listed, and the ledger keeps it.
bool Callers::is_each_listing_kept() const {
    static constexpr std::array others{Disturber::site_fault, Disturber::site_down,
                                       Disturber::killed, Disturber::power_lost,
                                       Disturber::window_chokes};
    return !setting_.scenario.loses_ledger_at_the_end && !setting_.scenario.may_forget() &&
           std::ranges::none_of(others, [&](Disturber other) {
               return setting_.scenario.disturbers.contains(other);
           });
}

}  // namespace ringbridge::simulation

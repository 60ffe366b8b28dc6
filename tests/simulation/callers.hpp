// The callers of a world, and what should be in HubSpot for each of their calls.
#pragma once

#include "tests/simulation/setting.hpp"

#include <map>
#include <optional>
#include <string>

namespace ringbridge::simulation {

/// A call's true data, which its activity must show in the end.
struct CallTruth {
    sim::PlannedCall planned;
    bool reachable = true;  ///< has an id, a time and a number
    bool refused = false;   ///< its content is blocked on the way to HubSpot
    std::string summary;    ///< of its newest version
    int duration_seconds = 0;
    int changes = 0;
    std::optional<UtcTime> changed_at;
    bool corrected = false;     ///< its number was another caller's for a while
    bool taken_away = false;    ///< not listed any more
    bool chokes = false;        ///< the site fails every window with it
    bool never_listed = false;  ///< and goes on failing
    bool only_sent = false;     ///< by webhook: it is in no list
};

class Callers {
  public:
    explicit Callers(Setting& setting);

    /// By the receptionist's id; calls without an id are left out.
    const std::map<std::string, CallTruth>& calls() const { return calls_; }
    const sim::Caller& caller_of(const CallTruth& call) const {
        return setting_.workload.callers()[call.planned.caller];
    }
    /// Whether searches for its number are refused: then its contact is unknown.
    bool is_unsearchable(const CallTruth& call) const {
        return !setting_.unsearchable.empty() &&
               caller_of(call).e164.ends_with(setting_.unsearchable);
    }
    /// How many calls the site lists, or has listed.
    int published() const { return published_; }
    const std::map<std::string, UtcTime>& listed_since() const { return listed_since_; }
    /// The site stops listing some of the calls that it lists since then, long enough for a run to
    /// have seen each.
    void take_away_since(UtcTime moment);
    /// A record that changed once may change again while it is being synced.
    void see_write();

  private:
    void crowd_a_number();
    void refuse_a_search();
    void make_call(Milliseconds after_start);
    void publish(std::string id, std::string record);
    void change(std::string id);
    void build_corrections(const std::string& id, UtcTime published_at);
    void correct(std::string id);
    void publish_newer(CallTruth& truth);
    void announce(const CallTruth& truth, std::string record);
    bool may_be_listed_never() const;
    bool may_correct() const;
    void take_away(std::string id);
    void add_older_calls();
    bool may_be_listed_briefly() const;
    bool is_each_listing_kept() const;
    Milliseconds long_enough() const;  ///< of being listed for some run to see it
    void choose_when_choking_ends();
    bool is_alone(const CallTruth& call) const;

    Setting& setting_;
    UtcTime ends_at_;  ///< of all events
    std::map<std::string, CallTruth> calls_;
    int published_ = 0;
    std::map<std::string, UtcTime> listed_since_;  ///< by id, of those that can be read
};

}  // namespace ringbridge::simulation

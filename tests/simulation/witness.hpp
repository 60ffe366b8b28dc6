// Checks the promises against what happens: some at every write, the rest when the world is at
// rest.
#pragma once

#include "bridge/report.hpp"
#include "ledger/ledger.hpp"
#include "tests/simulation/callers.hpp"
#include "tests/simulation/duplicates.hpp"

#include <map>
#include <set>
#include <string>

namespace ringbridge::simulation {

class Witness {
  public:
    Witness(Setting& setting, const Callers& callers, Duplicates& duplicates)
        : setting_{setting}, callers_{callers}, duplicates_{duplicates} {}

    /// Called after each request that reached HubSpot. Throws Violation.
    void see_request(const HttpRequest& request, const HttpResponse& response);
    /// A person created the contact or typed into it.
    void see_typed(const std::string& contact_id, const std::string& property);
    void see_merge_by_hand(const std::string& primary, const std::string& loser,
                           const std::string& survivor);
    /// The number belongs to the survivor although it does not show it.
    void see_number_merged_away(const std::string& digits, const std::string& survivor) {
        merged_away_[digits].insert(survivor);
    }
    /// Text that a person typed into an activity, and that must stay.
    void see_note(const std::string& activity_id, std::string note) {
        notes_[activity_id].emplace_back(std::move(note), setting_.world.now());
    }
    /// Rate limit slots booked just before may not be on the disk. A real machine takes longer to
    /// restart than HubSpot's window.
    void see_power_lost() { power_lost_at_ = setting_.world.now(); }

    void see_ledger_lost();
    void see_ledger_backed_up() { backed_up_ = {dismissed_, numbers_given_}; }
    void see_ledger_rolled_back();
    bool is_ledger_lost() const { return ledger_lost_at_.has_value(); }

    /// The ledger accepted an operator's decision. Throws Violation if it came too late.
    void see_dismissed(const std::string& call_id);
    void see_number_given(const std::string& call_id);
    bool is_synced(const std::string& call_id) const;
    bool has_dismissed_calls() const { return !dismissed_.empty(); }
    bool has_merge_by_hand() const { return merged_; }
    bool has_merged_away() const { return !merged_away_.empty(); }

    /// While health is ok, nothing may be missing or stuck. Throws Violation.
    void judge_health(const std::vector<ledger::Entry>& entries) const;

    /// How many contacts the bridge created.
    int contacts_made() const { return static_cast<int>(made_for_.size()); }

    /// One that can be synced, and is not in its newest version.
    std::optional<std::string> call_not_synced() const;
    /// Throws Violation if the world at rest is not as promised.
    void judge_end() const;

  private:
    struct Typed {
        std::string value;
        UtcTime at;
    };
    void see_merge(const std::string& primary, const std::string& loser,
                   const std::string& survivor);
    void see_merge_asked(const HttpRequest& request, const HttpResponse& response);
    void check_contacts();
    void check_new_contact(const sim::PortalRecord& contact);
    void check_typed(const sim::PortalRecord& contact);
    void check_stamp(const sim::PortalRecord& contact);
    void check_activities() const;
    void check_notes();
    void check_versions();
    bool is_contact_of(const sim::PortalRecord& contact, const std::string& digits) const;
    void judge_activity(const CallTruth& call, const sim::PortalCall& activity) const;
    void judge_stamps() const;
    /// Nothing if it is unknown.
    std::optional<bool> should_be_synced(const std::string& call_id, const CallTruth& call) const;
    /// After a ledger loss the synced version of a changed call is unknown.
    bool may_be_outdated(const CallTruth& call) const;

    Setting& setting_;
    const Callers& callers_;
    Duplicates& duplicates_;
    std::set<std::string> known_contacts_;
    std::map<std::string, std::string> made_for_;  ///< contact id by number
    std::map<std::string, std::map<std::string, Typed>> typed_;
    std::map<std::string, std::pair<UtcTime, std::string>> last_calls_;  ///< when, and its id
    std::map<std::string, long> longest_;  ///< duration in ms that an activity showed, by its id
    std::map<std::string, std::set<std::string>> merged_away_;  ///< survivors by number
    /// By activity, with the time of typing.
    std::map<std::string, std::vector<std::pair<std::string, UtcTime>>> notes_;
    UtcTime power_lost_at_;
    std::optional<UtcTime> ledger_lost_at_;
    std::set<std::string> dismissed_, numbers_given_;  ///< call ids
    std::set<std::string> decisions_forgotten_;        ///< with a ledger: perhaps synced by then
    struct {
        std::set<std::string> dismissed, numbers_given;
    } backed_up_;
    bool merged_ = false;  ///< by hand
    bool merged_by_us_ = false;
};

/// Whether a request asks for a change.
bool is_write(const HttpRequest& request);

/// The last ten digits, which is how these callers' numbers differ.
std::string digits_of(const std::string& number);

}  // namespace ringbridge::simulation

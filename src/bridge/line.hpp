// What the stations of a run share: the long-lived things, and what this run has learned.
#pragma once

#include "bridge/clock_watch.hpp"
#include "bridge/contact_properties.hpp"
#include "bridge/crm.hpp"
#include "bridge/directory.hpp"
#include "bridge/report.hpp"
#include "core/backoff.hpp"
#include "ports/random.hpp"

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace ringbridge::bridge {

using ledger::Entry;
using ledger::Stage;

/// A write whose answer was lost may still be on its way through HubSpot: only after this time
/// does its absence prove anything. It counts from when the answer was given up, not from when the
/// intention was noted, for the request may have left much later; and where the process died in
/// between, from when the run lock was next taken: until then it may have lived.
inline constexpr Milliseconds settle_time{15'000};

/// By call id; a call may have several.
using MarkedCalls = std::multimap<std::string, hubspot::Marked>;

struct Line {
    const Mapping& mapping;
    ledger::Ledger& ledger;
    OpenCrm crm;
    ContactProperties& properties;
    Clock& clock;
    ClockWatch& clock_watch;
    Random& random;
    Log& log;
    Report& report;
    const bool& stopping;  ///< the run is to end before its next round
    /// When this run took the run lock: it lets others have it between two rounds.
    const std::set<SteadyTime>& lock_taken;
    Milliseconds platform_ahead;  ///< of this machine's wall clock

    /// Contacts as HubSpot showed them in this round, by id: not older than its begin.
    std::map<std::string, hubspot::Record> contacts = {};
    /// Contacts that HubSpot refused to show in this round, and why.
    std::map<std::string, std::string> unreadable = {};
    /// Who has a number, by E.164, as far as this round searched for it.
    std::map<std::string, std::vector<hubspot::Record>> matches = {};
    /// Numbers that HubSpot refused to search for in this round, and why.
    std::map<std::string, std::string> unsearchable = {};
    /// Numbers of contacts that lost them when they were merged, by the survivor's id.
    std::map<std::string, PhoneNumber> lost_numbers = {};
    SteadyTime round_began = {};
    /// Where there was a backlog: the account's contacts as they were then. Fresh enough to match
    /// by only until the backlog is matched, or for five minutes. Whom another bridge made since is
    /// not in it, but in the ledger, which is asked first.
    std::unique_ptr<Directory> directory = {};
    bool directory_is_fresh = false;
    /// For a run that takes long: see Bridge::carry_new_calls. May be empty.
    std::function<Task<>()> let_new_calls_go_first = {};
    /// Between two rounds, when nothing is in hand: others may have the run lock meanwhile, so what
    /// is remembered beyond it must stay true whatever they do. Empty where nobody shares it.
    std::function<Task<>()> let_others_go_first = {};
    /// What the account told before this run, by call id; null where that is looked for contact by
    /// contact.
    std::unique_ptr<const MarkedCalls> existing_activities = {};

    /// Searches for those who have one of these numbers now.
    Task<> search_matches(std::set<PhoneNumber> numbers);
    /// Searches for those numbers that this round has not searched for yet.
    Task<> load_matches(std::set<PhoneNumber> numbers);

    /// Reads those that this round has not seen yet: calls that an earlier one left behind.
    Task<> load_contacts(std::set<std::string> ids);
    /// Reads them, seen or not: what a search brought may be a minute old.
    Task<> read_contacts(std::set<std::string> ids);
    /// As this round saw it; null where it did not, or where it is gone.
    const hubspot::Record* contact(const std::string& id) const;
    /// Why HubSpot does not show the entry's contact; deferred then.
    bool defer_unreadable(Entry& entry, const char* stage);

    /// Only calls older than the ledger can have been told without its knowledge, by one that was
    /// lost; and never to a contact that this very run has made.
    bool may_predate_ledger(const Entry& entry) const;

    /// As the platform's clock has it, and so its calls' times.
    UtcTime platform_now() const { return clock.now() + platform_ahead; }

    /// From when on HubSpot shows for certain what became of a write begun at `begun`.
    SteadyTime visible_by(UtcTime begun);

    /// To be tried again later, not before `earliest`; where the call stands on the line is kept.
    void defer(Entry& entry, const char* stage, std::string reason, SteadyTime earliest = {});
    void defer_until(Entry& entry, const char* stage, std::string reason, SteadyTime moment);
    /// A person must look.
    void park(Entry& entry, const char* stage, std::string reason);
    /// The same: HubSpot refused it, and would again.
    void park_refused(Entry& entry, const char* stage, std::string reason);
    /// Nobody need look.
    void dismiss(Entry& entry, std::string reason);
    void finish(Entry& entry);
    /// The call is synced, and this property of its contact is not written.
    void name_left_out(const Entry& entry, const std::string& property, const std::string& why);

    void note_matches(const std::set<PhoneNumber>& numbers,
                      const std::vector<hubspot::Record>& candidates);
};

/// With how many others a call's data may be written in one request: what failed in company is
/// tried in smaller company, at last alone, so that one row that HubSpot chokes on holds up none.
std::size_t batch_limit(const Entry& entry);

}  // namespace ringbridge::bridge

// What the steps of a run share: the long-lived objects, and what this run has learned.
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

/// A write whose response was lost may still be in progress at HubSpot: only after this time does
/// its absence prove anything. It counts from when the response was given up, not from when the
/// intent was recorded, since the request may have been sent much later; if the process died in
/// between, from when the run lock was next taken: until then it may have been alive.
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
    const bool& stopping;  ///< end the run before its next round
    /// When this run took the run lock: it may give way to others between two rounds.
    const std::set<SteadyTime>& lock_taken;
    Milliseconds platform_ahead;  ///< of this machine's wall clock

    /// Contacts as HubSpot showed them in this round, by id: not older than its start.
    std::map<std::string, hubspot::Record> contacts = {};
    /// Contacts that HubSpot refused to show in this round, and why.
    std::map<std::string, std::string> unreadable = {};
    /// Contacts with a number, by E.164, if this round searched for it.
    std::map<std::string, std::vector<hubspot::Record>> matches = {};
    /// Numbers that HubSpot refused to search for in this round, and why.
    std::map<std::string, std::string> unsearchable = {};
    /// Numbers that contacts lost when they were merged, by the survivor's id.
    std::map<std::string, PhoneNumber> lost_numbers = {};
    SteadyTime round_began = {};
    /// If there was a backlog: the account's contacts as they were then. Fresh enough to match by
    /// only until the backlog is matched, or for five minutes. A contact that another bridge has
    /// created since is not in it, but in the ledger, which is checked first.
    std::unique_ptr<Directory> directory = {};
    bool directory_is_fresh = false;
    /// For a long run: see Bridge::carry_new_calls. May be empty.
    std::function<Task<>()> let_new_calls_go_first = {};
    /// Between two rounds, when no call is being processed: others may take the run lock meanwhile,
    /// so what is remembered across it must stay true whatever they do. Empty if it is not shared.
    std::function<Task<>()> let_others_go_first = {};
    /// The account's activities from before this run, by call id; null if they are looked up
    /// contact by contact.
    std::unique_ptr<const MarkedCalls> existing_activities = {};

    /// Searches for the contacts that have one of these numbers now.
    Task<> search_matches(std::set<PhoneNumber> numbers);
    /// Searches for those numbers that this round has not searched for yet.
    Task<> load_matches(std::set<PhoneNumber> numbers);

    /// Reads those that this round has not read yet: contacts of calls left by an earlier one.
    Task<> load_contacts(std::set<std::string> ids);
    /// Reads them in any case: what a search returned may be a minute old.
    Task<> read_contacts(std::set<std::string> ids);
    /// As this round read it; null if it did not, or if the contact does not exist.
    const hubspot::Record* contact(const std::string& id) const;
    /// True: HubSpot does not show the entry's contact, and the entry is deferred.
    bool defer_unreadable(Entry& entry, const char* stage);

    /// Only calls older than the ledger can have been synced without its knowledge, by a ledger
    /// that was lost; and never to a contact that this run has created.
    bool may_predate_ledger(const Entry& entry) const;

    /// By the platform's clock, as its calls' times are.
    UtcTime platform_now() const { return clock.now() + platform_ahead; }

    /// From when on HubSpot shows for certain what became of a write begun at `begun`.
    SteadyTime visible_by(UtcTime begun);

    /// Try again later, not before `earliest`; the call's progress is kept.
    void defer(Entry& entry, const char* stage, std::string reason, SteadyTime earliest = {});
    void defer_until(Entry& entry, const char* stage, std::string reason, SteadyTime moment);
    /// A person must decide.
    void park(Entry& entry, const char* stage, std::string reason);
    /// The same: HubSpot refused it, and would refuse it again.
    void park_refused(Entry& entry, const char* stage, std::string reason);
    /// Set aside for good; no person needs to decide.
    void dismiss(Entry& entry, std::string reason);
    void finish(Entry& entry);
    /// Reports that the call is synced, but this property of its contact is not written.
    void name_left_out(const Entry& entry, const std::string& property, const std::string& why);

    void note_matches(const std::set<PhoneNumber>& numbers,
                      const std::vector<hubspot::Record>& candidates);
};

/// With how many others a call may be written in one request. What failed in a batch is retried in
/// a smaller one, finally alone, so that one row that HubSpot rejects blocks no other.
std::size_t batch_limit(const Entry& entry);

}  // namespace ringbridge::bridge

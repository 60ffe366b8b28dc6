// A run, from the receptionist's listing to the last property: the straight line.
#pragma once

#include "bridge/clock_watch.hpp"
#include "bridge/contact_properties.hpp"
#include "bridge/crm.hpp"
#include "bridge/dedup.hpp"
#include "bridge/drift_watch.hpp"
#include "bridge/duplicate_finder.hpp"
#include "bridge/intake.hpp"
#include "bridge/probe.hpp"
#include "bridge/push.hpp"
#include "bridge/report.hpp"
#include "bridge/run_context.hpp"
#include "bridge/run_log.hpp"
#include "bridge/stopped.hpp"
#include "bridge/target_account.hpp"
#include "bridge/vitals.hpp"
#include "bridge/window.hpp"
#include "bridge/window_reader.hpp"
#include "receptionist/listing.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace ringbridge::bridge {

/// What a run was asked to do.
struct Order {
    std::string trigger = "request";
    bool lists = true;          ///< false: only what is in the ledger already
    bool opens_hubspot = true;  ///< with nothing to write too: a wrong token shows at once
    std::optional<UtcTime> since, until;  ///< not set: where the last run left off, until now
    bool replace_activities = false;      ///< rewrite activities that HubSpot already has
    bool dry_run = false;                 ///< read and count; change nothing
};

/// The long-lived things a bridge works with.
struct Parts {
    receptionist::Receptionist& receptionist;
    hubspot::Client& client;
    ledger::Ledger& ledger;
    Clock& clock;
    Random& random;
    RunLog& log;
};

struct Rhythm {
    Milliseconds overlap;   ///< how far a scheduled window reaches back before the last one's end
    Milliseconds interval;  ///< between checks for new calls; 0: only on request
    Milliseconds depth;     ///< how old a call may be when it is first listed
    Milliseconds retention{0};  ///< how long the content of finished calls is kept; 0: forever
};

class Bridge {
  public:
    Bridge(Mapping mapping, CrmOptions options, Rhythm rhythm, Parts parts, WebhookKeys keys);

    /// Hands the run lock to a waiter, if there is one. True: somebody took it.
    using GiveWay = std::function<Task<bool>()>;

    /// One run. External errors end up in the report; an exception is a bug of ours. Runs must not
    /// overlap: see Service. `give_way` is called when no call is being processed: between two
    /// rounds of a delivery, and two steps of a long window. Empty if nobody else can wait.
    Task<Report> run(Order order, GiveWay give_way = {});

    /// Whether such a run asks the receptionist for calls.
    bool lists(const Order& order) const;

    /// Ends the current run before its next page or round, and any later run immediately.
    void stop() { stopping_ = true; }

    /// A webhook brought this call: it goes before the backlog, in the run that is under way or in
    /// the next one.
    void expect(CallId call_id) { expected_.insert(std::move(call_id)); }
    bool expects_calls() const { return !expected_.empty(); }

    Push& push() { return push_; }
    receptionist::Receptionist& receptionist() { return parts_.receptionist; }
    ledger::Ledger& ledger() { return parts_.ledger; }

    /// Creates the contact properties, under the run lock. Throws CredentialsRefused or OutOfReach.
    Task<hubspot::PropertySetup> setup_properties();

    /// Which contacts a dedup would merge. Throws the same.
    Task<DedupReport> preview_duplicates();

    /// A dedup that merges them, to be run round by round; `report` shows its progress.
    Dedup begin_dedup(DedupReport& report);

    /// What works and what does not. Only reads; does not throw on external errors.
    Task<Probe> probe();
    Task<Probe> probe_receptionist();  ///< sends nothing to HubSpot

    /// Whose account this bridge would write to, and how. Does not throw either.
    Task<TargetAccount> target_account();
    /// The last result of target_account(); empty before the first.
    const TargetAccount& last_target_account() const { return target_account_; }

    const Parts& parts() const { return parts_; }

    /// As the last run left it.
    const Vitals& vitals() const { return vitals_; }
    const ClockWatch& clock_watch() const { return clock_watch_; }

  private:
    Task<Report> begin(Order order);
    Task<TimeRange> window_of(Order order, UtcTime began);
    Task<> read_and_deliver(Report* report, Order order);
    void report_stop(Report& report, const Stopped& stopped);
    Task<> carry(Report* report, Order order);
    Task<> read_kept_again();
    Task<> preview(Report* report);
    Task<> list_calls(Report* report, UtcTime began);
    Task<> list_by_platform_time(Report* report, Order order);
    UtcTime platform_now() const;
    Task<> read_older(Report* report);
    WindowReader reader_for(Report& report);
    Task<> deliver(Report* report);
    Task<> sync_new_calls(Report* report);
    Task<> sync_expected(Report* report);
    Task<> sync(Report* report, std::vector<ledger::Entry> entries);
    Task<std::vector<ledger::Entry>> take_expected(Report* report);
    Task<std::optional<receptionist::PlatformError>> read_detail(std::string record);
    Prober prober();
    Task<std::vector<ledger::Entry>> list_new_calls(Report* report);
    Task<std::set<CallId>> list_newest(Report* report);
    Task<> let_others_go_first();
    Task<OpenCrm> open_crm();
    Task<> note_ledger();
    RunContext context_of(OpenCrm& crm, Report& report, Log& log);
    Task<> forget_old_calls();
    Task<> account_for_unfinished(Report* report);
    Task<> check_clock();
    Task<> remember_window(TimeRange window, UtcTime began);
    Task<WindowMemory> window_memory();
    Task<std::optional<UtcTime>> recall_moment(std::string key);
    Task<UtcTime> first_since();
    Task<> take_vitals(const Report* report);

    const Mapping mapping_;
    const Rhythm rhythm_;
    Parts parts_;
    ClockWatch clock_watch_;
    LedgerMemory memory_;
    DriftWatch drift_;
    Intake intake_;
    Push push_;
    ContactProperties properties_;
    Crm crm_;
    TargetAccount target_account_;
    Vitals vitals_;
    SteadyTime last_check_;  ///< of the clock
    GiveWay give_way_;
    std::set<SteadyTime> lock_taken_;  ///< by the run, and again whenever it gave way
    SteadyTime next_listing_;          ///< of new calls, during a long run
    std::set<CallId> expected_;        ///< brought by webhooks since a run last looked
    bool stopping_ = false;
};

}  // namespace ringbridge::bridge

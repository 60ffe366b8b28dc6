// The bridge as a long-running service: schedule and requests, one run at a time, and its health.
#pragma once

#include "bridge/bridge.hpp"
#include "bridge/ledger_watch.hpp"
#include "bridge/run_lock.hpp"
#include "bridge/run_tally.hpp"
#include "bridge/stopped.hpp"
#include "ledger/ledger.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::bridge {

struct ServiceOptions {
    Milliseconds interval{0};  ///< between scheduled runs; 0: only on request
    /// From the start, or since the bridge is here, to the first of them: many that begin in the
    /// same second would ask platforms, HubSpot and the ledger all at once.
    Milliseconds first_wait{0};
    /// The portal, if the ledger serves several bridges: then the lock is the portal's.
    std::string account = {};
    /// How long a scheduled run waits for another one to end before it is skipped. After a run of
    /// the same bridge it would have nothing to add; another bridge's run is no reason to skip it.
    Milliseconds schedule_wait{0};
    /// Its scheduled runs ask HubSpot nothing while there is nothing to write: thousands that look
    /// whether their tokens are good would be a burden.
    bool one_of_many = false;
    const LedgerWatch* watch = nullptr;  ///< of the ledger's database; null: it is always there
    std::string bridge = {};
    Leases* leases = nullptr;  ///< of this replica; null: each bridge is always here
};

struct LastSync {
    UtcTime at;
    bool ok = false;
};

class Service {
  public:
    Service(ServiceOptions options, Bridge& bridge, Clock& clock, RunLog& log);

    /// While the bridge is here, runs on schedule until stopped: every interval, and more often
    /// while calls come in if the platform's profile allows it. A run that throws is logged; the
    /// next one starts from scratch.
    Task<> keep_running();

    /// Beside it, where calls come by webhook: carries what waits in the ledger soon after it is
    /// due.
    Task<> keep_carrying();

    /// A webhook has brought this call: the run in progress takes it up, or one that begins now.
    /// Does not wait for it.
    Task<> carry_soon(CallId call_id);

    /// Begins no more scheduled runs, and ends the current one: see Bridge::stop().
    void stop();
    bool has_run_in_hand() const { return running_; }
    bool is_stopping() const { return stopping_; }

    /// Whether this replica runs the bridge by itself. What is asked of it any replica does: the
    /// run lock says when.
    bool is_here() const { return !options_.leases || options_.leases->is_here(options_.bridge); }
    /// The replica that does; empty if none does now, or there are no replicas.
    std::string holder() const {
        return options_.leases ? options_.leases->holder(options_.bridge) : "";
    }

    /// Nothing: another run, here or in another process, held the lock for all of `wait`.
    Task<std::optional<Report>> run(Order order, Milliseconds wait);

    /// Logs in to the receptionist, so that there is a token before the first run is requested.
    /// Errors are logged. If the lock is not free within `wait`, the login is left to that run.
    Task<> log_in(Milliseconds wait);

    /// Logs in again. Nothing: as for run().
    Task<std::optional<std::expected<void, receptionist::PlatformError>>> refresh_token(
        bool force, Milliseconds wait);

    /// Creates the contact properties that are missing. Nothing: as for run().
    Task<std::optional<std::expected<hubspot::PropertySetup, Stopped>>> setup_properties(
        Milliseconds wait);

    /// Merges duplicates until none is left, or those of an edited plan. It releases the run lock
    /// between its rounds: calls go first. As for a run, external errors end up in the report. It
    /// is running as soon as this is called; do not call it while another one is.
    Task<DedupReport> dedup(std::optional<std::vector<DuplicateGroup>> edited = {});
    bool is_deduplicating() const { return last_dedup_ && last_dedup_->running; }
    /// The dedup that is running, or the last one since the start; null before the first.
    std::shared_ptr<const DedupReport> last_dedup() const { return last_dedup_; }

    Bridge& bridge() { return bridge_; }
    Milliseconds uptime() const { return clock_.steady() - started_at_; }
    const std::optional<LastSync>& last_sync() const { return last_sync_; }
    /// Why the ledger's database does not answer; empty if it does.
    std::string why_ledger_is_away() const {
        return options_.watch ? options_.watch->why_away() : "";
    }
    /// Why calls would not be synced now; empty if they would be.
    std::vector<std::string> not_ready() const;
    /// That, and whatever else needs attention; empty if nothing does.
    std::vector<std::string> errors() const;
    const RunTally& tally() const { return tally_; }

  private:
    Task<std::optional<Report>> run_when_free(Order order, Milliseconds wait);
    Task<Report> locked_run(Order order, Bridge::GiveWay give_way_to_others);
    Task<DedupReport> end_in_report(std::shared_ptr<DedupReport> report,
                                    std::optional<std::vector<DuplicateGroup>> edited);
    Task<> carry_dedup(std::shared_ptr<DedupReport> report,
                       std::optional<std::vector<DuplicateGroup>> edited);
    Task<> locked_round(Dedup* dedup);
    Task<bool> run_on_schedule();
    Task<> carry_expected();
    Task<bool> carry_once();
    Task<> until_here();
    Task<> until_its_turn();
    Task<> until_ledger_answers(int tries_before);
    Milliseconds next_wait(Milliseconds last_one, bool calls_came) const;
    void note(const Report& report, bool lists);
    void note_broken(const std::string& trigger, bool lists, SteadyTime began,
                     const std::exception& error);
    void note_error(std::string why, bool lists);

    const ServiceOptions options_;
    Bridge& bridge_;
    Clock& clock_;
    RunLog& log_;
    RunLock lock_;
    SteadyTime started_at_;
    SteadyTime here_since_;
    RunTally tally_;
    std::optional<LastSync> last_sync_;
    std::shared_ptr<DedupReport> last_dedup_;  ///< shared with the dedup while it runs
    std::optional<SteadyTime> last_success_;
    std::string error_;          ///< of the last run
    std::string listing_error_;  ///< of the last run that listed: others prove nothing about it
    bool running_ = false;
    bool carrying_ = false;  ///< a run for webhooks is under way, or waits for the lock
    bool stopping_ = false;
};

}  // namespace ringbridge::bridge

// The machine on which the bridge runs: its processes, how they die, and what is then on the disk.
#pragma once

#include "admin/webhook_door.hpp"
#include "tests/flow/town.hpp"
#include "tests/simulation/shared_database.hpp"
#include "tests/simulation/witness.hpp"

#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace ringbridge::simulation {

/// Collects the log of the processes, for the story and for the check that no worker failed.
class Diary final : public Log {
  public:
    explicit Diary(Setting& setting) : setting_{setting} {}
    void write(Level level, std::string_view event, Fields fields) override;
    /// The error with which a worker ended: always a bug of ours.
    const std::string& worker_error() const { return worker_error_; }
    const std::map<std::string, int>& events() const { return events_; }

  private:
    Setting& setting_;
    std::map<std::string, int> events_;
    std::string worker_error_;
};

inline constexpr std::string_view webhook_secret = "shared";

/// A replica's way out: shows the database what it sends, and until when.
class SeenHttp final : public Http {
  public:
    SeenHttp(Setting& setting, SharedDatabase& database, std::string birth)
        : setting_{setting}, database_{database}, birth_{std::move(birth)} {}
    Task<std::expected<HttpResponse, Lost>> fetch(HttpRequest request) override;

  private:
    Setting& setting_;
    SharedDatabase& database_;
    const std::string birth_;
};

class Machine {
  public:
    Machine(Setting& setting, Witness& witness, const Duplicates& duplicates);

    /// Starts what is not running; from then on no process dies.
    void settle();
    /// As an operator does, who has changed the settings.
    void restart();
    /// As if a person deleted the wrong file: all processes end and restart later.
    void lose_ledger();
    /// The same with an older copy of it.
    void roll_ledger_back();
    /// Makes deaths and extra runs likelier while a write is in progress or just done.
    void see_write();
    tests::Process& process();
    bool is_down() const { return running_.empty(); }
    /// Delivers a webhook. No answer if nothing runs, or what runs dies meanwhile.
    void receive_webhook(HttpRequest request, std::function<void(const HttpResponse&)> then);
    /// Reads the whole ledger, unless the asked process dies meanwhile.
    void ask_ledger(std::function<void(const std::vector<ledger::Entry>&)> then);
    /// What `/health` says of the process that runs the bridge; false if none does.
    bool is_healthy() const;
    bool is_deduplicating() const;
    bool ever_disturbed() const { return disturbed_; }
    const Diary& diary() const { return diary_; }

  private:
    /// What a replica has of its own.
    struct ReplicaParts {
        ReplicaParts(Setting& setting, SharedDatabase& database, sim::Disk::Mount& mount,
                     const ledger::Replica& replica);
        ledger::Replica replica;
        std::shared_ptr<Connection> connection;
        SeenHttp http;
    };
    struct RunningProcess {
        sim::ProcessId id;
        sim::Disk::Mount mount;
        sim::MachineClock clock;
        std::unique_ptr<ReplicaParts> replica;  ///< null: the only one, or on the same machine
        tests::Process process;
        admin::WebhookDoor webhooks{{{"main", "US", process.service()}}};
        RunningProcess(sim::ProcessId number, Machine& machine, const std::string& replica_name);
        tests::Surroundings surroundings(Setting& setting, Log& log);
    };
    void start();
    void watch(sim::ProcessId process);
    void draw_replicas();
    std::string free_replica_name() const;
    void set_clocks();
    RunningProcess* find(sim::ProcessId process) const;
    RunningProcess* holder() const;
    void watch_replica(sim::ProcessId process);
    void freeze(RunningProcess& process);
    void cut_off(RunningProcess& process);
    Milliseconds draw_absence(Disturber disturber) const;
    void choose_next_death();
    void die(sim::ProcessId process);
    void kill(sim::ProcessId process);
    void kill_all();
    void stay_down(Milliseconds pause);
    Milliseconds shortest_pause() const;
    Milliseconds draw_pause(Disturber disturber) const;
    void end_sessions();
    void replace_activities();
    void ask_for_next_week();
    void set_clock();
    void ask_for_runs();
    void ask_admin();
    void ask_for(bridge::Order order);
    void ask_for_dedup();

    Setting& setting_;
    Witness& witness_;
    const Duplicates& duplicates_;
    Diary diary_;
    SharedDatabase database_;
    std::map<std::string, Milliseconds> clocks_ahead_;  ///< by replica
    std::map<Disturber, std::uint64_t> steps_to_absence_;
    std::uint64_t idle_steps_ = 0;
    std::vector<std::unique_ptr<RunningProcess>> running_;
    std::vector<std::unique_ptr<RunningProcess>> dead_;  ///< until nothing refers to them
    sim::ProcessId last_id_ = sim::the_world;
    int processes_wanted_ = 1;
    std::uint64_t steps_to_live_ = 0;
    UtcTime down_until_;
    bool settled_ = false;
    bool disturbed_ = false;
};

}  // namespace ringbridge::simulation

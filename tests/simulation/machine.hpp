// The machine on which the bridge runs: its processes, how they die, and what the disk then holds.
#pragma once

#include "tests/simulation/witness.hpp"
#include "tests/town.hpp"

#include <functional>
#include <memory>
#include <set>
#include <vector>

namespace ringbridge::simulation {

/// Keeps what the processes log: for the story, and for what must never be logged.
class Diary final : public Log {
  public:
    explicit Diary(Setting& setting) : setting_{setting} {}
    void write(Level level, std::string_view event, Fields fields) override;
    /// What a worker broke off with: a fault of ours, whatever the outside did.
    const std::string& broke_off() const { return broke_off_; }
    const std::map<std::string, int>& events() const { return events_; }

  private:
    Setting& setting_;
    std::map<std::string, int> events_;
    std::string broke_off_;
};

class Machine {
  public:
    Machine(Setting& setting, Witness& witness, const Duplicates& duplicates);

    /// Starts what is not running; then nobody dies any more.
    void settle();
    /// As a person would who deletes the wrong file: all processes end, and start again later.
    void lose_ledger();
    /// Deaths gather where they hurt, while a write is under way or just done, and so do runs.
    void see_write();
    tests::Process& process();
    /// All that is in the ledger, unless the process that is asked dies meanwhile.
    void ask_ledger(std::function<void(const std::vector<ledger::Entry>&)> then);
    bool is_deduplicating() const;
    bool ever_disturbed() const { return disturbed_; }
    const Diary& diary() const { return diary_; }

  private:
    struct Living {
        sim::ProcessId id;
        sim::Disk::Mount mount;
        tests::Process process;
        Living(sim::ProcessId number, Setting& setting, Log& log, const Duplicates& duplicates);
    };
    void start();
    void watch(sim::ProcessId process);
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
    std::vector<std::unique_ptr<Living>> living_;
    std::vector<std::unique_ptr<Living>> dead_;  ///< until nothing refers to them
    sim::ProcessId last_id_ = sim::the_world;
    int processes_wanted_ = 1;
    std::uint64_t steps_to_live_ = 0;
    UtcTime down_until_;
    bool settled_ = false;
    bool disturbed_ = false;
};

}  // namespace ringbridge::simulation

// A call's path from the ledger to HubSpot: match, reconcile, write, follow up, stamp.
//
// Each round takes what is due, three hundred calls at most, and moves it through the pipeline in
// batches, from station to station: a file for each.
#pragma once

#include "bridge/activity_writer.hpp"
#include "bridge/reconciler.hpp"
#include "receptionist/platform_error.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::bridge {

/// Who has a turn between two rounds, when no call is being processed.
struct Turns {
    /// Others may take the run lock meanwhile, so what is remembered across it must stay true
    /// whatever they do. Empty if the lock is not shared.
    std::function<Task<>()> let_others_go_first = {};
    /// Calls that came in since the last look for them: they go before the backlog.
    std::function<Task<std::vector<Entry>>()> list_new_calls = {};
    /// Whether there are some that nobody has to be asked for: then a wait for others ends.
    std::function<bool()> new_calls_came = {};
    /// Records a call that waits for its detail: see Entry::waits_for_detail.
    std::function<Task<std::optional<receptionist::PlatformError>>(std::string record)>
        read_detail = {};
};

class Delivery {
  public:
    explicit Delivery(RunContext run, Turns turns = {})
        : pipeline_{run}, turns_{std::move(turns)}, reconciler_{pipeline_}, writer_{pipeline_} {}

    /// Until nothing is due, and nothing will be due within the time a run waits.
    Task<> deliver();
    /// These, as far as they get now.
    Task<> sync(std::vector<Entry> entries);

  private:
    Task<> between_rounds();
    Task<> let_others_go_first();
    int round_max() const;
    Task<> carry_what_is_due();
    Task<> complete(std::vector<Entry>* due);
    Task<> report_what_waits_for_tomorrow();
    Task<> match_backlog();
    Task<bool> wait_for_next();
    Task<> round(std::vector<Entry> due);
    Task<std::vector<Entry>> match(std::vector<Entry> entries);

    Pipeline pipeline_;
    Turns turns_;
    Reconciler reconciler_;
    ActivityWriter writer_;
    Milliseconds waited_{0};
};

}  // namespace ringbridge::bridge

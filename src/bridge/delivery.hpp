// A call's path from the ledger to HubSpot: match, reconcile, write, follow up, stamp.
//
// Each round takes what is due, three hundred calls at most, and moves it along the line in
// batches, from station to station: a file for each.
#pragma once

#include "bridge/activity_writer.hpp"
#include "bridge/reconciler.hpp"

#include <vector>

namespace ringbridge::bridge {

class Delivery {
  public:
    explicit Delivery(Line& line) : line_{line}, reconciler_{line}, writer_{line} {}

    /// Until nothing is due, and nothing will be due within the time a run waits.
    Task<> deliver();
    /// These, as far as they get now.
    Task<> sync(std::vector<Entry> entries);

  private:
    Task<> let_new_calls_go_first();
    Task<> let_others_go_first();
    int round_max() const;
    Task<> carry_what_is_due();
    Task<> report_what_waits_for_tomorrow();
    Task<> match_backlog();
    Task<bool> wait_for_next();
    void begin_round();
    Task<> round(std::vector<Entry> due);
    Task<std::vector<Entry>> match(std::vector<Entry> entries);

    Line& line_;
    Reconciler reconciler_;
    ActivityWriter writer_;
    Milliseconds waited_{0};
};

}  // namespace ringbridge::bridge

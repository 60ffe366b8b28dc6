// A bridge's log: adds the bridge (of several) and the run to each line, so that the layers below
// need not know of runs.
#pragma once

#include "ports/log.hpp"

namespace ringbridge::bridge {

/// Only one run is active at a time: see Service. Write only from the event loop.
class RunLog final : public Log {
  public:
    /// `bridge` is empty if there is only one.
    explicit RunLog(Log& log, std::string bridge = "") : log_{log}, bridge_{std::move(bridge)} {}

    void write(Level level, std::string_view event, Fields fields) override {
        if (!run_id_.empty()) fields.insert(fields.begin(), {"run", run_id_});
        if (!bridge_.empty()) fields.insert(fields.begin(), {"bridge", bridge_});
        log_.write(level, event, std::move(fields));
    }

    void begin_run(std::string run_id) { run_id_ = std::move(run_id); }
    void end_run() { run_id_.clear(); }

  private:
    Log& log_;
    const std::string bridge_;
    std::string run_id_;
};

}  // namespace ringbridge::bridge

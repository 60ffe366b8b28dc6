// The log as a bridge writes it: each line says for which of several bridges, and in which run, it
// was written, whoever wrote it. So the rooms that know nothing of runs need not be told.
#pragma once

#include "ports/log.hpp"

namespace ringbridge::bridge {

/// One run at a time is under way: see Service. To be written to from the loop alone.
class RunLog final : public Log {
  public:
    /// `bridge` is empty where there is only one.
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

// The log: one line per event, to stderr.
#pragma once

#include "ports/clock.hpp"
#include "ports/log.hpp"

#include <memory>

namespace spdlog {
class logger;
namespace sinks {
class sink;
}
}  // namespace spdlog

namespace ringbridge::runtime {

enum class LogFormat { text, json };

/// May be written to from any thread. `clock` must outlive it.
class StderrLog : public Log {
  public:
    /// Events below `least` are dropped. Phone numbers in sentences are masked unless `personal`:
    /// HubSpot may quote what it refuses.
    StderrLog(const Clock& clock, Level least, LogFormat format, bool personal);
    /// The same into another spdlog sink.
    StderrLog(const Clock& clock, Level least, LogFormat format, bool personal,
              std::shared_ptr<spdlog::sinks::sink> sink);
    ~StderrLog() override;

    void write(Level level, std::string_view event, Fields fields) override;

  private:
    const Clock& clock_;
    Level least_;
    LogFormat format_;
    bool personal_;
    std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace ringbridge::runtime

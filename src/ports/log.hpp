// One line per event. Callers pass names and numbers already masked: see core/mask.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ringbridge {

enum class Level { debug, info, warn, error };

using Fields = std::vector<std::pair<std::string, std::string>>;

class Log {
  public:
    virtual ~Log() = default;
    /// `event`: snake_case, past tense (`call_parked`); `fields`: short values, never a secret.
    virtual void write(Level level, std::string_view event, Fields fields) = 0;

    void info(std::string_view event, Fields fields = {}) {
        write(Level::info, event, std::move(fields));
    }
    void warn(std::string_view event, Fields fields = {}) {
        write(Level::warn, event, std::move(fields));
    }
};

/// Writes nothing.
class NoLog final : public Log {
  public:
    void write(Level, std::string_view, Fields) override {}
};

}  // namespace ringbridge

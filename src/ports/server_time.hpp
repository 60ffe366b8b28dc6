// What time it is at a server, by the Date headers of its responses (RFC 9110, 6.6.1): this
// machine's clock may be wrong.
#pragma once

#include "core/time.hpp"
#include "ports/clock.hpp"
#include "ports/http.hpp"

#include <optional>

namespace ringbridge {

class ServerTime {
  public:
    explicit ServerTime(Clock& clock) : clock_{clock} {}

    /// A cached response (Age) has an old Date.
    void learn(const Headers& headers) {
        const auto date = parse_http_date(header_value(headers, "Date"));
        if (!date || !header_value(headers, "Age").empty()) return;
        when_steady_began_ = *date - clock_.steady().time_since_epoch();
    }

    /// To a second or two, however often this machine's clock has been set since the last
    /// response. Nothing before the first.
    std::optional<UtcTime> now() const {
        if (!when_steady_began_) return std::nullopt;
        return *when_steady_began_ + clock_.steady().time_since_epoch();
    }

  private:
    Clock& clock_;
    std::optional<UtcTime> when_steady_began_;
};

}  // namespace ringbridge

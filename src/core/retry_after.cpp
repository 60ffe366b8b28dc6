#include "core/retry_after.hpp"

#include "core/parse_number.hpp"

#include <algorithm>

namespace ringbridge {

std::optional<Milliseconds> parse_retry_after(std::string_view text, UtcTime now) {
    using std::chrono::seconds;
    constexpr auto longest = std::chrono::duration_cast<seconds>(longest_retry_after).count();
    if (const auto given = parse_number<long long>(text)) {
        return seconds{std::clamp<long long>(*given, 0, longest)};
    }
    const auto moment = parse_http_date(text);
    if (!moment) return std::nullopt;
    return std::clamp(*moment - now, Milliseconds{0}, longest_retry_after);
}

}  // namespace ringbridge

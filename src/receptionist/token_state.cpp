#include "receptionist/token_state.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds cooldown = 1h;

}  // namespace

std::optional<UtcTime> refresh_due_at(const Profile& profile, const TokenState& state) {
    if (!state.expires_at) return std::nullopt;
    const auto life = *state.expires_at - state.issued_at.value_or(*state.expires_at);
    return *state.expires_at - std::min(profile.auth.refresh_before, life / 3);
}

std::optional<UtcTime> cooldown_until(const TokenState& state, UtcTime now) {
    return pause_after(state.failed_at, now);
}

std::optional<UtcTime> pause_after(std::optional<UtcTime> failed_at, UtcTime now) {
    if (!failed_at) return std::nullopt;
    // A failure in the future was recorded while the clock was wrong.
    const bool resting = *failed_at <= now && now < *failed_at + cooldown;
    return resting ? std::optional{*failed_at + cooldown} : std::nullopt;
}

}  // namespace ringbridge::receptionist

#include "bridge/session_keeper.hpp"

#include <fmt/format.h>

namespace ringbridge::bridge {
namespace {

const std::string session_key = "receptionist_session";

}  // namespace

Task<std::optional<std::string>> SessionKeeper::load() {
    const auto kept = co_await ledger_.recall(session_key);
    if (!kept) co_return std::nullopt;
    auto state = vault_.unseal(*kept);
    if (!state && !std::exchange(told_, true)) {
        log_.warn("kept_login_unreadable",
                  {{"why", vault_.has_key() ? "it was kept with another TOKEN_KEY"
                                            : "it was kept with a TOKEN_KEY, and none is set"},
                   {"effect", "the receptionist is logged in to anew"}});
    }
    co_return state;
}

Task<> SessionKeeper::save(std::string state) {
    co_await ledger_.remember(session_key, vault_.seal(state));
}

// `SALT:HASH`
std::string SessionKeeper::fingerprint(std::string text, std::size_t digits) {
    const auto salt = fmt::format("{:016x}{:016x}", dice_.roll(), dice_.roll());
    return salt + ':' + vault_.hash(salt + text).substr(0, digits);
}

bool SessionKeeper::fits(std::string fingerprint, std::string text) {
    const auto colon = fingerprint.find(':');
    if (colon == std::string::npos) return false;
    return vault_.hash(fingerprint.substr(0, colon) + text)
        .starts_with(fingerprint.substr(colon + 1));
}

}  // namespace ringbridge::bridge

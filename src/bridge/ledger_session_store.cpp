#include "bridge/ledger_session_store.hpp"

#include <fmt/format.h>

namespace ringbridge::bridge {
namespace {

const std::string session_key = "receptionist_session";

}  // namespace

Task<std::optional<std::string>> LedgerSessionStore::load() {
    const auto kept = co_await ledger_.recall(session_key);
    if (!kept) co_return std::nullopt;
    auto state = vault_.unseal(*kept);
    if (!state && !std::exchange(reported_, true)) {
        log_.warn("kept_login_unreadable",
                  {{"why", vault_.has_key() ? "it was stored with another TOKEN_KEY"
                                            : "it was stored with a TOKEN_KEY, and none is set"},
                   {"effect", "ringbridge logs in to the receptionist again"}});
    }
    co_return state;
}

Task<> LedgerSessionStore::save(std::string state) {
    co_await ledger_.remember(session_key, vault_.seal(state));
}

// `SALT:HASH`
std::string LedgerSessionStore::fingerprint(std::string text, std::size_t digits) {
    const auto salt = fmt::format("{:016x}{:016x}", random_.roll(), random_.roll());
    return salt + ':' + vault_.hash(salt + text).substr(0, digits);
}

bool LedgerSessionStore::fits(std::string fingerprint, std::string text) {
    const auto colon = fingerprint.find(':');
    if (colon == std::string::npos) return false;
    return vault_.hash(fingerprint.substr(0, colon) + text)
        .starts_with(fingerprint.substr(colon + 1));
}

}  // namespace ringbridge::bridge

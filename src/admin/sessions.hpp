// A browser's sign-in: the admin token once, then a cookie that no script can read.
//
// Sessions are not stored. The cookie holds its expiry, with a keyed hash that only this program
// can make: it survives a restart, and becomes invalid with the ADMIN_TOKEN it was issued for. Only
// sessions that were signed out are stored, until they would have expired: a copy of the cookie
// would otherwise stay valid for weeks. No two sessions expire in the same millisecond, so the
// expiry identifies a session.
#pragma once

#include "core/secret.hpp"
#include "ledger/ledger.hpp"
#include "ports/http.hpp"
#include "ports/vault.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::admin {

class Sessions {
  public:
    /// `vault`: for its hash; null: nobody can sign in. `ledgers`: every bridge's stores the ended
    /// sessions, because the settings may later list the bridges in another order.
    Sessions(Secret admin_token, const Vault* vault, std::vector<ledger::Ledger*> ledgers)
        : admin_token_{std::move(admin_token)}, vault_{vault}, ledgers_{std::move(ledgers)} {}

    /// The header that sets the session cookie; nothing if `token` is wrong.
    std::optional<Header> begin(const HttpRequest& request, std::string_view token, UtcTime now);
    Task<bool> is_signed_in(Headers headers, UtcTime now);
    /// Ends the session for every copy of its cookie; returns the header that deletes the cookie.
    Task<Header> end(Headers headers, UtcTime now);

  private:
    std::string signed_until(UtcTime until) const;
    std::optional<UtcTime> until(const Headers& headers, UtcTime now) const;
    Task<> recall_ended();

    Secret admin_token_;
    const Vault* vault_;
    std::vector<ledger::Ledger*> ledgers_;
    UtcTime last_until_;           ///< expiry of the newest session
    std::set<UtcTime> ended_;      ///< expiries of the ended sessions
    bool ended_recalled_ = false;  ///< `ended_` holds those from before the start
};

}  // namespace ringbridge::admin

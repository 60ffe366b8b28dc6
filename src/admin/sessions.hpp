// A browser's sign-in: the admin token once, then a cookie that no script can read.
//
// Nothing is kept of it while it lasts. The cookie says until when it holds, with a keyed hash that
// only this program can make: it outlives a restart, and ends with the ADMIN_TOKEN it was got with.
// Kept is which sessions were ended before their time, until that has come: a copy of a cookie that
// somebody signed out with would hold for weeks. No two sessions end at the same millisecond, so
// that moment is all that needs to be kept.
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
    /// `vault`: for its hash; null: nobody can sign in. `ledgers`: each bridge's keeps which were
    /// ended, for tomorrow the settings may name them in another order.
    Sessions(Secret admin_token, const Vault* vault, std::vector<ledger::Ledger*> ledgers)
        : admin_token_{std::move(admin_token)}, vault_{vault}, ledgers_{std::move(ledgers)} {}

    /// The header that makes a session; nothing where `token` is another one.
    std::optional<Header> begin(const HttpRequest& request, std::string_view token, UtcTime now);
    Task<bool> is_signed_in(Headers headers, UtcTime now);
    /// Ends it for good, for whoever has its cookie; returns the header that takes the cookie away.
    Task<Header> end(Headers headers, UtcTime now);

  private:
    std::string signed_until(UtcTime until) const;
    std::optional<UtcTime> until(const Headers& headers, UtcTime now) const;
    Task<> recall_ended();

    Secret admin_token_;
    const Vault* vault_;
    std::vector<ledger::Ledger*> ledgers_;
    UtcTime last_until_;           ///< of the session that was begun last
    std::set<UtcTime> ended_;      ///< by when they would have ended by themselves
    bool ended_recalled_ = false;  ///< those before the process began are in `ended_` too
};

}  // namespace ringbridge::admin

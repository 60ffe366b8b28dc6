// A browser's sign-in: the admin token once, then a cookie that no script can read.
//
// Nothing is kept of it. The cookie says until when it holds, with a keyed hash that only this
// program can make: it outlives a restart, and ends with the ADMIN_TOKEN it was got with.
#pragma once

#include "core/secret.hpp"
#include "ports/http.hpp"
#include "ports/vault.hpp"

#include <optional>
#include <string>

namespace ringbridge::admin {

class Sessions {
  public:
    /// `vault`: for its hash; null: nobody can sign in.
    Sessions(Secret admin_token, const Vault* vault)
        : admin_token_{std::move(admin_token)}, vault_{vault} {}

    /// The header that makes a session; nothing where `token` is another one.
    std::optional<Header> begin(const HttpRequest& request, std::string_view token,
                                UtcTime now) const;
    bool is_signed_in(const Headers& headers, UtcTime now) const;
    /// The header that ends it.
    static Header end();

  private:
    std::string signed_until(const std::string& moment) const;

    Secret admin_token_;
    const Vault* vault_;
};

}  // namespace ringbridge::admin

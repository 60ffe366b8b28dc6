// Carries out the steps of a login, or of its refresh, and keeps what the profile captures.
#pragma once

#include "core/secret.hpp"
#include "receptionist/exchange.hpp"

#include <expected>
#include <map>
#include <string>
#include <vector>

namespace ringbridge::receptionist {

/// What a login has brought.
struct LoggedIn {
    Secret token;                          ///< empty if the session is in cookies alone
    std::map<std::string, Secret> values;  ///< the others that were captured, by name
    Cookies cookies;
};

class Login {
  public:
    Login(const Profile& profile, const std::string& base_url, Exchange& exchange)
        : profile_{profile}, base_url_{base_url}, exchange_{exchange} {}

    /// `values`: the credentials, or what an earlier login has brought. A refused password is
    /// Cause::wrong_password, however the site says it.
    Task<std::expected<LoggedIn, PlatformError>> run(std::vector<LoginStep> steps, Values values,
                                                     Cookies cookies);

  private:
    /// The answer after all redirects, and where it came from.
    struct Arrival {
        HttpResponse answer;
        std::string url;
    };
    Task<std::expected<Arrival, PlatformError>> arrive(LoginStep step, Values values,
                                                       Cookies* cookies);
    std::expected<std::string, PlatformError> capture(const Capture& wanted, const Arrival& arrival,
                                                      const LoginStep& step,
                                                      const Cookies& cookies) const;

    const Profile& profile_;
    const std::string& base_url_;
    Exchange& exchange_;
};

}  // namespace ringbridge::receptionist

// Cookies as RFC 6265 has them, for the one site that a login talks to. Our own, for libcurl's come
// with libcurl's clock and take any host's where they are handed over as text; of the RFC, what
// guards one site from another is left out (Secure, SameSite, public suffixes).
#pragma once

#include "core/time.hpp"
#include "ports/http.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::receptionist {

class Cookies {
  public:
    /// Has a cookie from before: any answer that sets or takes back one of its name replaces it.
    void put(std::string name, std::string value);

    /// Keeps what an answer from `url` sets, and forgets what it takes back: those of the same
    /// name, domain and path that have run out, are empty, or are called deleted. Whether one was
    /// taken back.
    bool take(const std::string& url, const Headers& headers, UtcTime now);

    /// `a=1; b=2`, for a request's Cookie header; empty for no cookies.
    std::string header(const std::string& url, UtcTime now) const;

    /// The one that `url` would be sent, or else any of that name; empty where there is none.
    std::string value(const std::string& name, const std::string& url, UtcTime now) const;

  private:
    struct Cookie {
        std::string name, value;
        std::string domain;  ///< empty: from before, for every address
        bool host_only = true;
        std::string path;
        std::optional<UtcTime> expires{};
        bool suits(const std::string& url) const;
        bool lives(UtcTime now) const { return !expires || now < *expires; }
    };
    static std::optional<Cookie> parse(std::string_view text, const std::string& url, UtcTime now);
    void add(Cookie cookie);

    std::vector<Cookie> cookies_;
};

}  // namespace ringbridge::receptionist

// RFC 6265 cookies, for the one site that a login talks to. libcurl's are not used: they depend on
// libcurl's clock, and accept any host's cookies when passed as text. Omits what protects one site
// from another (Secure, SameSite, public suffixes).
#pragma once

#include "core/time.hpp"
#include "ports/http.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ringbridge::receptionist {

class Cookies {
  public:
    /// Adds a saved cookie: any response that sets or deletes one of its name replaces it.
    void put(std::string name, std::string value);

    /// Stores the cookies that a response from `url` sets. One that has expired, is empty or has
    /// the value `deleted` deletes that of the same name, domain and path. Returns whether one was
    /// deleted.
    bool take(const std::string& url, const Headers& headers, UtcTime now);

    /// Adds those of a Cookie header, as saved ones.
    void put_header(std::string_view header);

    /// `a=1; b=2`, for a request's Cookie header; empty if there are no cookies.
    std::string header(const std::string& url, UtcTime now) const;

    /// The one sent to `url`, otherwise any of that name; empty if there is none.
    std::string value(const std::string& name, const std::string& url, UtcTime now) const;

    struct Cookie {
        std::string name, value;
        std::string domain;  ///< empty: a saved cookie, for every URL
        bool host_only = true;
        std::string path;
        std::optional<UtcTime> expires{};
        bool suits(const std::string& url) const;
        bool lives(UtcTime now) const { return !expires || now < *expires; }
    };
    const std::vector<Cookie>& all() const { return cookies_; }
    Cookies() = default;
    explicit Cookies(std::vector<Cookie> cookies) : cookies_{std::move(cookies)} {}

  private:
    static std::optional<Cookie> parse(std::string_view text, const std::string& url, UtcTime now);
    void add(Cookie cookie);

    std::vector<Cookie> cookies_;
};

/// As JSON, to outlive the process; and back: none if the text cannot be read.
std::string encode_cookies(const Cookies& cookies);
Cookies decode_cookies(const std::string& text);

}  // namespace ringbridge::receptionist

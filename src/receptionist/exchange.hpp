// One request to the platform: retries transient failures, and classifies others by what has to
// happen next.
#pragma once

#include "ports/clock.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"
#include "ports/server_time.hpp"
#include "ports/traffic.hpp"
#include "receptionist/cookies.hpp"
#include "receptionist/placeholders.hpp"
#include "receptionist/platform_error.hpp"
#include "receptionist/profile.hpp"
#include "receptionist/session_end.hpp"

#include <expected>
#include <functional>
#include <optional>
#include <string>

namespace ringbridge::receptionist {

/// What is wrong with the body of a 2xx answer; nullopt if it is usable.
using FaultIn = std::function<std::optional<PlatformError>(const std::string& body)>;

struct PlatformRequest {
    HttpRequest request;
    std::string name;                  ///< `GET /v0/calls`, for messages: placeholders not filled
    bool wants_json = false;           ///< a web page is a failure, whatever its status
    Cause page_means = Cause::outage;  ///< the cause if a web page persists
    FaultIn fault_in{};                ///< unset: any 2xx answer is accepted
    bool is_login = false;             ///< an answer may say that the password is wrong
    bool accepts_redirect = false;     ///< a 3xx with a Location is an answer too
};

/// Whether transient failures are retried.
enum class Patience { usual, one_try };

/// Why a request has no usable answer.
struct RequestFailure {
    enum class Kind { unauthorized, passing, lasting };
    Kind kind = Kind::lasting;
    PlatformError error;
    SessionEnd session_end = SessionEnd::no;  ///< not for `unauthorized`, which is certain
};

/// Where the request goes.
std::string url_of(const std::string& base_url, const RequestTemplate& request,
                   const Values& values);

/// Adds what `${cookies.NAME}` in these headers stands for: see Carriers.
void add_cookie_values(const Named& headers, const Cookies& cookies, const std::string& url,
                       UtcTime now, Values& values);

/// The profile's request with placeholders filled in, and the profile's headers.
PlatformRequest make_request(const Profile& profile, const std::string& base_url,
                             const RequestTemplate& request, const Values& values);

/// The value without what would end a header.
std::string header_text(std::string value);

/// The failure by the profile's error rules, for an unusable answer; nullopt if none matches.
std::optional<RequestFailure> failure_by_rules(const Profile& profile,
                                               const PlatformRequest& outgoing,
                                               const HttpResponse& answer);

class Exchange {
  public:
    Exchange(const Profile& profile, Http& http, Clock& clock, Log& log)
        : profile_{profile}, http_{http}, clock_{clock}, log_{log}, time_{clock} {}

    /// Returns a 2xx answer, or an accepted redirect. Transient failures are retried three times,
    /// after 1, 4 and 15 seconds or Retry-After, up to a minute. Sends the cookies that match the
    /// URL, and stores in `cookies` those that any answer sets.
    Task<std::expected<HttpResponse, RequestFailure>> ask(PlatformRequest outgoing,
                                                          Cookies* cookies,
                                                          Patience patience = Patience::usual);

    int requests() const { return requests_; }
    const Traffic& traffic() const { return traffic_; }
    /// How far the platform's clock is ahead of ours, by its Date headers, in whole minutes; 0 if
    /// equal or unknown.
    Milliseconds platform_ahead() const;
    /// Whether the platform has shown what time it is.
    bool knows_time() const { return time_.now().has_value(); }
    /// The time by the platform's clock, as far as known.
    UtcTime now() const { return clock_.now() + platform_ahead(); }

  private:
    Task<std::expected<HttpResponse, Lost>> send(PlatformRequest outgoing, std::string cookies);
    void note(const PlatformRequest& outgoing, const std::expected<HttpResponse, Lost>& answer,
              SteadyTime left_at);

    const Profile& profile_;
    Http& http_;
    Clock& clock_;
    Log& log_;
    ServerTime time_;
    Traffic traffic_;
    int requests_ = 0;
    SteadyTime next_at_;  ///< no request before: the profile's pause
};

}  // namespace ringbridge::receptionist

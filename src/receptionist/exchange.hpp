// One question to the platform and what came of it: tried again while the trouble passes by
// itself, and judged by what has to happen next.
#pragma once

#include "ports/clock.hpp"
#include "ports/http.hpp"
#include "ports/log.hpp"
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

/// What the matter is with the body of a 2xx answer; nothing where it is one to the question.
using FaultIn = std::function<std::optional<PlatformError>(const std::string& body)>;

struct PlatformRequest {
    HttpRequest request;
    std::string name;                  ///< `GET /v0/calls`, for messages: no value is filled in
    bool wants_json = false;           ///< a web page is no answer, whatever its status says
    Cause page_means = Cause::outage;  ///< what the matter is where a web page stays
    FaultIn fault_in{};                ///< none: each 2xx answer will do
};

/// Whether a question is asked again where passing trouble stands in the way.
enum class Patience { usual, one_try };

/// Why a question has no usable answer.
struct RequestFailure {
    enum class Kind { unauthorized, passing, lasting };
    Kind kind = Kind::lasting;
    PlatformError error;
    SessionEnd session_end = SessionEnd::no;  ///< besides `unauthorized`, which leaves no doubt
};

/// The profile's request with its values filled in and the profile's headers.
PlatformRequest make_request(const Profile& profile, const std::string& base_url,
                             const RequestTemplate& request, const Values& values);

/// What the profile's error rules say of an answer that is no use; nothing where none fits.
std::optional<RequestFailure> failure_by_rules(const Profile& profile,
                                               const PlatformRequest& outgoing,
                                               const HttpResponse& answer);

class Exchange {
  public:
    Exchange(const Profile& profile, Http& http, Clock& clock, Log& log)
        : profile_{profile}, http_{http}, clock_{clock}, log_{log} {}

    /// A 2xx answer. What passes is tried three times more, after 1, 4 and 15 seconds or what
    /// Retry-After asks for, up to a minute. Sends the cookies that belong to the address, and
    /// keeps in `cookies` what any of the answers sets.
    Task<std::expected<HttpResponse, RequestFailure>> ask(PlatformRequest outgoing,
                                                          Cookies* cookies,
                                                          Patience patience = Patience::usual);

    int requests() const { return requests_; }
    const Traffic& traffic() const { return traffic_; }
    /// By how much the platform's clock is ahead of ours, by the dates of its answers, in whole
    /// minutes; 0: the same, or not known.
    Milliseconds platform_ahead() const { return platform_ahead_; }
    /// By the platform's clock, as far as it is known.
    UtcTime now() const { return clock_.now() + platform_ahead_; }

  private:
    Task<std::expected<HttpResponse, Lost>> send(PlatformRequest outgoing, std::string cookies);
    void learn_time(const Headers& headers);
    void note(const PlatformRequest& outgoing, const std::expected<HttpResponse, Lost>& answer,
              SteadyTime left_at);

    const Profile& profile_;
    Http& http_;
    Clock& clock_;
    Log& log_;
    Traffic traffic_;
    int requests_ = 0;
    Milliseconds platform_ahead_{0};
};

}  // namespace ringbridge::receptionist

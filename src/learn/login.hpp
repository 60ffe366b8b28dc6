// How the recorded browser logged in, as steps of a profile: the request with the password, the
// requests before it whose answers it needed, those after it that the list of calls needed, and
// what carries the session.
#pragma once

#include "learn/call_list.hpp"
#include "learn/credentials.hpp"
#include "learn/detail.hpp"
#include "learn/finding.hpp"
#include "learn/privacy.hpp"
#include "learn/provenance.hpp"
#include "learn/request_text.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::learn {

struct CaptureText {
    std::string name;
    receptionist::Capture::From from = receptionist::Capture::From::body;
    std::string key;
};

struct StepText {
    std::string id;
    std::size_t root = 0;  ///< its first request in the recording
    RequestText request;
    std::vector<CaptureText> captures;
    bool follow_redirects = false;
};

struct LoginText {
    std::vector<StepText> steps;
    std::optional<StepText> refresh;
    Named session_headers;
    std::optional<std::pair<std::string, std::string>> session_cookie;
    bool by_key = false;  ///< no login, but an access key that its user was given
    bool login_cookies = false;
    bool session_todo = false;
    std::string expiration = "none";
    RequestText listing;  ///< the request for calls, but for pages and windows
    std::optional<RequestText> detail;
};

/// What the listing's analysis has decided of its pieces; others are judged here.
using ListingJudge = std::function<std::optional<Fate>(const Piece&)>;

LoginText learn_login(const Recording& recording, const Provenance& provenance,
                      const Privacy& privacy, const std::optional<TypedCredentials>& typed,
                      const CallList& list, std::size_t listing,
                      const std::optional<FoundDetail>& detail, const ListingJudge& judge,
                      Notes& notes);

}  // namespace ringbridge::learn

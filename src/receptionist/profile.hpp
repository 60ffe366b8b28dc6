// A receptionist platform as data: where it is, how one logs in, how its calls are listed and what
// their fields mean. The engine in this room runs any profile and knows no platform by name.
#pragma once

#include "core/parse_error.hpp"
#include "core/time.hpp"
#include "receptionist/json_path.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ringbridge::receptionist {

/// Names and texts; the texts may hold `${placeholders}`.
using Named = std::vector<std::pair<std::string, std::string>>;

struct RequestTemplate {
    std::string method;  ///< GET or POST
    std::string path;
    Named query;
    Named headers;
    std::string json_body;  ///< JSON whose strings may hold placeholders; empty for no body
    bool operator==(const RequestTemplate&) const = default;
};

/// A value taken out of a login step's answer, for later steps as `${steps.ID.NAME}`. The one
/// called `token` is what the login is for.
struct Capture {
    enum class From { body, header, cookie };
    std::string name;
    From from = From::body;
    JsonPath path;    ///< for a body
    std::string key;  ///< the header's or the cookie's name
    bool operator==(const Capture&) const = default;
};

struct LoginStep {
    std::string id;
    RequestTemplate request;
    std::vector<Capture> captures;
    bool operator==(const LoginStep&) const = default;
};

/// How a request shows that it is logged in; `value` may hold `${auth.token}`.
struct TokenCarrier {
    enum class Kind { cookie, header };
    Kind kind = Kind::cookie;
    std::string name;
    std::string value;
    bool operator==(const TokenCarrier&) const = default;
};

struct Auth {
    enum class Expiration { jwt_exp, none };
    std::vector<LoginStep> steps;  ///< none: the platform is read with a static token only
    TokenCarrier session;
    Expiration expiration = Expiration::jwt_exp;
    Milliseconds refresh_before{};  ///< at most a third of the token's life: see refresh_due_at()
    bool operator==(const Auth&) const = default;
};

struct PageNumbers {
    int start = 1;
    std::optional<JsonPath> total;
    bool operator==(const PageNumbers&) const = default;
};
struct Cursors {
    JsonPath path;      ///< where an answer holds the next page's cursor; none on the last
    std::string query;  ///< the query parameter that takes it
    bool operator==(const Cursors&) const = default;
};
struct SinglePage {
    bool operator==(const SinglePage&) const = default;
};

/// The listing request may hold `${window.since}`, `${window.until}` (RFC 3339, UTC), `${page}`
/// and `${page_size}`.
struct CallStream {
    RequestTemplate requester;
    JsonPath record_selector;
    std::variant<SinglePage, PageNumbers, Cursors> paginator;
    int page_size = 100;
    int max_pages = 1000;  ///< beyond it something is wrong, and is said
    /// How soon the platform lets itself be asked again while calls come in; not set: it is asked
    /// at the operator's interval and no oftener.
    std::optional<Milliseconds> shortest_interval;
    bool operator==(const CallStream&) const = default;
};

/// Where in a record each field of a Call lies.
struct CallMapping {
    JsonPath id;
    JsonPath called_at;
    std::optional<JsonPath> duration_s, caller_phone, agent_phone, caller_name, primary_action,
        summary, transcript, recording_url;
    struct FormAnswers {
        JsonPath each, question, answer;
        bool operator==(const FormAnswers&) const = default;
    };
    std::optional<FormAnswers> form_answers;
    /// How the call ended, in the platform's words: those that mean that nobody got through, and
    /// those that mean that it has not ended. Compared without regard to case.
    struct Outcome {
        JsonPath path;
        std::vector<std::string> missed, ongoing;
        bool operator==(const Outcome&) const = default;
    };
    std::optional<Outcome> outcome;
    bool operator==(const CallMapping&) const = default;
};

/// What an unusual answer means here. Looked at only where an answer is no success (or a web page
/// in place of JSON, or JSON without the list of calls), so that a caller who says "captcha" is not
/// taken for one.
struct ErrorRule {
    enum class Action { refresh_token, fix_credentials, paste_token, try_later, fix_profile };
    std::vector<int> http_codes;             ///< none: any
    std::vector<std::string> body_contains;  ///< any of these, in any case; none: any body
    Action action = Action::try_later;
    std::string why;  ///< a sentence for the operator; empty: the engine's own
    bool operator==(const ErrorRule&) const = default;
};

struct Profile {
    std::string name;             ///< `goodcall`: in settings and ledger keys
    std::string label;            ///< `GoodCall`: in titles and in the marker line
    std::string property_prefix;  ///< `goodcall`: before the names of contact properties
    std::string base_url;
    std::vector<std::pair<std::string, std::string>> headers;  ///< every request carries them
    Milliseconds timeout{30'000};
    Auth auth;
    CallStream calls;
    CallMapping mapping;
    std::vector<ErrorRule> error_rules;
    bool operator==(const Profile&) const = default;
};

/// Reads a profile's YAML. All faults are told at once, each with its path
/// (`auth.steps[1].request.path`); an unknown key is one of them.
std::expected<Profile, std::vector<ParseError>> parse_profile(std::string yaml_text);

/// The profiles that are built in: one for each file in `profiles/`.
std::vector<std::string> builtin_profile_names();

/// `name` must be one of builtin_profile_names().
Profile builtin_profile(std::string_view name);

}  // namespace ringbridge::receptionist

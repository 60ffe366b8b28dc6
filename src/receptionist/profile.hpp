// A receptionist platform as data: its URL, login, call listing and the meaning of its fields. The
// code in src/receptionist runs any profile and knows no platform by name.
#pragma once

#include "core/call.hpp"
#include "core/parse_error.hpp"
#include "core/time.hpp"
#include "receptionist/json_path.hpp"

#include <array>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace ringbridge::receptionist {

/// Names and values; the values may contain `${placeholders}`.
using Named = std::vector<std::pair<std::string, std::string>>;

struct RequestTemplate {
    std::string method;  ///< GET or POST
    std::string path;
    Named query;
    Named headers;
    std::string json_body;  ///< JSON whose strings may contain placeholders; empty for no body
    bool operator==(const RequestTemplate&) const = default;
};

/// A value captured from a login step's answer, for later steps as `${steps.ID.NAME}`. The one
/// named `token` is the result of the login.
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

/// How a request carries the token; `value` may contain `${auth.token}`.
struct TokenCarrier {
    enum class Kind { cookie, header };
    Kind kind = Kind::cookie;
    std::string name;
    std::string value;
    bool operator==(const TokenCarrier&) const = default;
};

struct Auth {
    enum class Expiration { jwt_exp, none };
    std::vector<LoginStep> steps;  ///< empty: only a static token works
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
    JsonPath path;      ///< of the next page's cursor in an answer; no cursor on the last page
    std::string query;  ///< the query parameter that takes it
    bool operator==(const Cursors&) const = default;
};
struct SinglePage {
    bool operator==(const SinglePage&) const = default;
};

/// The listing request may contain `${window.since}`, `${window.until}` (RFC 3339, UTC), `${page}`
/// and `${page_size}`.
struct CallStream {
    RequestTemplate requester;
    JsonPath record_selector;
    std::variant<SinglePage, PageNumbers, Cursors> paginator;
    int page_size = 100;
    int max_pages = 1000;  ///< beyond it the listing fails
    /// The shortest interval at which the platform may be polled while calls come in; unset: never
    /// more often than the operator's interval.
    std::optional<Milliseconds> shortest_interval;
    bool operator==(const CallStream&) const = default;
};

/// The path of each Call field in a record.
struct CallMapping {
    JsonPath id;
    JsonPath called_at;
    std::optional<JsonPath> duration_s;
    std::array<std::optional<JsonPath>, call_texts.size()> texts;  ///< in the order of call_texts
    struct FormAnswers {
        JsonPath each, question, answer;
        bool operator==(const FormAnswers&) const = default;
    };
    std::optional<FormAnswers> form_answers;
    /// The platform's values for a missed call and for one still in progress. Compared
    /// case-insensitively.
    struct Outcome {
        JsonPath path;
        std::vector<std::string> missed, ongoing;
        bool operator==(const Outcome&) const = default;
    };
    std::optional<Outcome> outcome;
    bool operator==(const CallMapping&) const = default;
};

/// What an error answer means on this platform. Only applied to answers that are not a success (or
/// a web page instead of JSON, or JSON without the list of calls), so a caller who says "captcha"
/// does not match.
struct ErrorRule {
    enum class Action { refresh_token, fix_credentials, paste_token, try_later, fix_profile };
    std::vector<int> http_codes;             ///< empty: any
    std::vector<std::string> body_contains;  ///< any of these, case-insensitive; empty: any body
    Action action = Action::try_later;
    std::string why;  ///< a sentence for the operator; empty: the default one
    bool operator==(const ErrorRule&) const = default;
};

struct Profile {
    std::string name;             ///< `goodcall`: in settings and ledger keys
    std::string label;            ///< `GoodCall`: in titles and the marker line
    std::string property_prefix;  ///< `goodcall`: prefix of contact property names
    std::string base_url;
    std::vector<std::pair<std::string, std::string>> headers;  ///< sent with every request
    Milliseconds timeout{30'000};
    Auth auth;
    CallStream calls;
    CallMapping mapping;
    std::vector<ErrorRule> error_rules;
    bool operator==(const Profile&) const = default;
};

/// Parses a profile's YAML. Reports all errors at once, each with its path
/// (`auth.steps[1].request.path`); an unknown key is an error.
std::expected<Profile, std::vector<ParseError>> parse_profile(std::string yaml_text);

/// The built-in profiles: one per file in `profiles/`.
std::vector<std::string> builtin_profile_names();

/// `name` must be one of builtin_profile_names().
Profile builtin_profile(std::string_view name);

}  // namespace ringbridge::receptionist

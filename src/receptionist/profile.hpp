// A receptionist platform as data: its URL, login, call listing and the meaning of its fields. The
// code in src/receptionist runs any profile and knows no platform by name.
#pragma once

#include "core/call.hpp"
#include "core/parse_error.hpp"
#include "core/time.hpp"
#include "receptionist/json_path.hpp"
#include "receptionist/webhook.hpp"

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
    std::string path;    ///< on the site, or a whole URL at another host
    Named query;
    Named headers;
    std::string json_body;  ///< JSON whose strings may contain placeholders; empty for no body
    Named form;             ///< a body as browsers send forms; not beside `json_body`
    bool operator==(const RequestTemplate&) const = default;
};

/// The names of all placeholders in it, without the marks of typed ones.
std::vector<std::string> names_in(const RequestTemplate& request);
bool uses(const RequestTemplate& request, std::string_view name);

/// A value captured from a login step's answer: for later steps `${steps.ID.NAME}`, and afterwards
/// `${auth.NAME}`, of the last step that has one of that name.
struct Capture {
    /// `meta` and `input`: of a web page. `url`: a parameter of the address at which redirects end.
    enum class From { body, header, cookie, meta, input, url };
    std::string name;
    From from = From::body;
    JsonPath path;    ///< for a body
    std::string key;  ///< the name of the header, cookie, tag or parameter
    bool operator==(const Capture&) const = default;
};

struct LoginStep {
    std::string id;
    RequestTemplate request;
    std::vector<Capture> captures;
    bool follow_redirects = false;
    bool operator==(const LoginStep&) const = default;
};

/// How requests carry the session. Values may contain `${auth.NAME}` or `${credentials.api_key}`,
/// and those of headers `${cookies.NAME}`: the cookie as it is then, percent-decoded, as sites' own
/// scripts send it back.
struct Carriers {
    Named cookies;
    Named headers;
    bool login_cookies = false;  ///< all that the login and later answers set, as a browser has it
    bool operator==(const Carriers&) const = default;
};

struct Auth {
    /// `expires_in`: a captured number of seconds of that name; `expires_at`: a captured moment.
    enum class Expiration { jwt_exp, expires_in, expires_at, none };
    std::vector<LoginStep> steps;      ///< empty: only a static token works
    std::optional<LoginStep> refresh;  ///< tried before the password, with `${auth.NAME}`
    Carriers session;
    Expiration expiration = Expiration::jwt_exp;
    Milliseconds refresh_before{};  ///< at most a third of the token's life: see refresh_due_at()
    bool operator==(const Auth&) const = default;
};

/// Whether requests carry `${credentials.api_key}`, instead of what a login or a browser gave.
bool takes_api_key(const Auth& auth);

/// Where a text stands in a record: at the first of these paths that holds something; else it is
/// the constant.
struct Source {
    std::vector<JsonPath> paths;
    std::string constant;
    bool operator==(const Source&) const = default;
};
/// `$.customer.name or $.name`, for messages.
std::string to_text(const Source& source);

/// Whether a source has one of some words. Compared case-insensitively; `true` and `false` also fit
/// JSON's, and an empty word fits a missing value.
struct Condition {
    Source source;
    std::vector<std::string> words;
    bool wanted = true;  ///< false: it holds if the source has none of them
    bool operator==(const Condition&) const = default;
};

/// Holds if all conditions of one of its lines do; never if it has none.
using Rule = std::vector<std::vector<Condition>>;

struct PageNumbers {
    int start = 1;
    bool operator==(const PageNumbers&) const = default;
};
/// How many records come before the page.
struct Offsets {
    bool operator==(const Offsets&) const = default;
};
struct Cursors {
    /// Of the next page's cursor in an answer, or in the page's last record.
    JsonPath path;
    bool in_last_record = false;
    /// The parameter that takes it; empty: the requester has `${cursor}`.
    std::string query = {};
    bool operator==(const Cursors&) const = default;
};
/// The address of the next page: at this path, or in the Link header (RFC 8288, `rel="next"`).
struct Links {
    std::optional<JsonPath> path;
    bool operator==(const Links&) const = default;
};
/// Newest first: the next page's `${window.until}` is the time in the last record. Several records
/// may have that time, so the last ones come again; where they fill a page, larger ones are asked
/// for.
struct Times {
    JsonPath last_record;
    int page_size_max = 1000;
    bool operator==(const Times&) const = default;
};
struct SinglePage {
    bool operator==(const SinglePage&) const = default;
};

/// How a listing goes on from page to page, and how its last one is known.
struct Paging {
    std::variant<SinglePage, PageNumbers, Offsets, Cursors, Links, Times> paginator;
    std::optional<JsonPath> total;     ///< how many records there are on all pages
    std::optional<JsonPath> has_more;  ///< whether there is a page after this one
    int page_size = 100;
    int max_pages = 1000;  ///< beyond it the listing fails
    bool operator==(const Paging&) const = default;
};

/// A request for one call, where the list holds too little. It may contain `${record.NAME}`, the
/// text at `$.NAME` of the listed record.
struct Detail {
    RequestTemplate request;
    JsonPath record;  ///< of the call in the answer; it is merged over the listed record
    /// The call's age at which it is read once more, where an analysis may come late and the list
    /// does not show that it came. 0: never.
    Milliseconds again_after{0};
    bool operator==(const Detail&) const = default;
};

/// Where calls are listed by agent: how to list the agents. The request may contain `${page}`,
/// `${offset}` and `${page_size}`.
struct AgentList {
    RequestTemplate requester;
    JsonPath record_selector;
    JsonPath id;
    Paging paging;
    bool operator==(const AgentList&) const = default;
};

/// What a call names by its id only, such as our number: a list of such objects, and the member of
/// the call that one becomes, unless the call has it.
struct Lookup {
    RequestTemplate requester;
    JsonPath record_selector;
    JsonPath id;  ///< in a listed object
    JsonPath of;  ///< the same id, in a call
    std::string as;
    bool operator==(const Lookup&) const = default;
};

/// The listing request may contain `${page}`, `${offset}`, `${page_size}`, `${cursor}`, `${agent}`,
/// and the window: `${window.since}` and `${window.until}` (RFC 3339, UTC), the same with `_s` and
/// `_ms` (Unix time), `_date` (in `zone`), and for exclusive ends `${window.after_until_ms}` and
/// `${window.day_after_until}`. Without a window in it, the records are filtered here.
struct CallStream {
    RequestTemplate requester;
    JsonPath record_selector;
    std::vector<Condition> record_filter;  ///< a call satisfies all of them
    Paging paging;
    std::optional<Detail> detail;
    std::optional<AgentList> agents;  ///< the requester has `${agent}`: it is sent for each
    std::optional<Lookup> lookup;
    bool newest_first = false;  ///< so that reading ends at a page that is older than the window
    std::string zone = "UTC";   ///< of the dates in a request
    /// The shortest interval at which the platform may be polled while calls come in; unset: never
    /// more often than the operator's interval.
    std::optional<Milliseconds> shortest_interval;
    bool operator==(const CallStream&) const = default;
};

/// The moment of a call. Text that names a zone, and Unix times, are read whatever stands here.
struct TimeSource {
    Source source;
    std::string format;  ///< as strptime(3) has it; empty: RFC 3339 and its relatives
    std::string zone;  ///< of text that names none: `America/New_York`; empty: such text is refused
    bool operator==(const TimeSource&) const = default;
};

/// Its length, or the two moments between which it lasted.
struct DurationSource {
    std::string name = "duration";  ///< its key in the profile; `duration_s` means a number
    Source length;
    Milliseconds unit{1000};  ///< of a bare number
    std::optional<TimeSource> from, until;
    bool operator==(const DurationSource&) const = default;
};

/// Questions and answers. As a list of objects or of pairs, `question` and `answer` are paths in an
/// element; as an object, its names are the questions.
struct FormAnswers {
    /// What becomes of an answer that is an object: `job.kind` by the question's name and its own,
    /// `kind` by its own alone, or nothing. Then a question counts once, and blanks are left out.
    enum class Nested { with_name, without_name, left_out };
    JsonPath each;
    std::optional<JsonPath> question, answer;
    std::vector<Condition> where;     ///< an element satisfies all of them
    std::vector<std::string> except;  ///< questions that are the platform's own
    std::optional<Nested> nested;     ///< not set: anything is read as a person would
    bool operator==(const FormAnswers&) const = default;
};

/// Answers that are the caller's name.
struct NameQuestions {
    std::vector<std::string> questions;  ///< compared without blanks and `_`, in any case
    bool before_path = true;             ///< such an answer is taken before the platform's field
    bool operator==(const NameQuestions&) const = default;
};

/// What is taken out of a platform's body before anything of it is kept, logged or shown.
struct Unkept {
    bool anywhere = false;  ///< `$..a.b`: at any depth; else from the top
    JsonPath path;
    std::vector<Condition> where;     ///< only elements that satisfy all of them
    std::vector<std::string> except;  ///< members that stay; `system__*` means a beginning
    bool operator==(const Unkept&) const = default;
};

/// How a record becomes a Call.
struct CallMapping {
    Source id;
    TimeSource called_at;
    bool else_received = false;            ///< a call without a time is dated when it is received
    std::vector<DurationSource> duration;  ///< the first that says something
    std::array<std::optional<Source>, call_texts.size()> texts;  ///< in the order of call_texts
    /// The numbers as dialled, where a platform's caller is ours on outbound calls. They take the
    /// places of the caller's and the agent's phone.
    std::optional<Source> from_phone, to_phone;
    std::vector<FormAnswers> form_answers;
    std::optional<NameQuestions> name_questions;
    Rule missed, ongoing, outbound, web;
    Rule spam, deleted;  ///< the platform's own marks
    std::vector<Unkept> never_keep;
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
    Milliseconds pause{0};  ///< between the beginnings of two requests
    Auth auth;
    CallStream calls;
    std::optional<Webhook> webhook;  ///< none: the platform sends nothing
    /// By which a call is asked for of which a webhook proves no more than the id.
    std::optional<Detail> webhook_detail;
    CallMapping mapping;
    std::vector<ErrorRule> error_rules;
    std::string text_hash;  ///< of its YAML: what could not be read with another one is read again
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

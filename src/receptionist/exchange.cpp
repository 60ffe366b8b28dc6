#include "receptionist/exchange.hpp"

#include "core/retry_after.hpp"
#include "core/url.hpp"
#include "receptionist/login_refusal.hpp"
#include "receptionist/session_codec.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using Kind = RequestFailure::Kind;

constexpr std::array<Milliseconds, 3> waits{1s, 4s, 15s};
constexpr Milliseconds longest_wait = 1min;  // a longer one is left to the next run

bool fits(const ErrorRule& rule, const HttpResponse& answer) {
    const auto said = [&](const auto& word) { return contains_in_any_case(answer.body, word); };
    return (rule.http_codes.empty() ||
            std::ranges::find(rule.http_codes, answer.status) != rule.http_codes.end()) &&
           (rule.body_contains.empty() || std::ranges::any_of(rule.body_contains, said));
}

RequestFailure by_rule(const ErrorRule& rule, const std::string& description) {
    const auto why = rule.why.empty() ? description + " The profile's error_rules name this case."
                                      : rule.why + " (" + description + ")";
    switch (rule.action) {
        case ErrorRule::Action::refresh_token:
            return {Kind::unauthorized, {Cause::token_refused, why}};
        case ErrorRule::Action::fix_credentials:
            return {Kind::lasting, {Cause::wrong_password, why}};
        case ErrorRule::Action::paste_token:
            return {Kind::lasting, {Cause::bot_wall, why}};
        case ErrorRule::Action::try_later:
            return {Kind::passing, {Cause::outage, why}};
        case ErrorRule::Action::fix_profile:
            break;
    }
    return {Kind::lasting, {Cause::endpoint_moved, why}};
}

RequestFailure forbidden(bool page, const std::string& description) {
    if (page) {
        return {Kind::lasting,
                {Cause::bot_wall,
                 description +
                     " The site blocks automated clients: log in once with a browser from this "
                     "machine's network, then set RECEPTIONIST_TOKEN to that browser's token."}};
    }
    return {
        Kind::lasting,
        {.cause = Cause::endpoint_moved,
         .why = description + " Either the profile lacks a header that the site requires, or this "
                              "account lacks the permission.",
         .perhaps_only_here = true}};
}

RequestFailure by_status(int status, bool page, const std::string& description) {
    if (status == 401) return {Kind::unauthorized, {Cause::token_refused, description}};
    const bool busy = status == 429 || status == 503;
    if (busy || status == 408 || status >= 500) {
        return {Kind::passing,
                {.cause = Cause::outage,
                 .why = description + " The next run retries it automatically.",
                 .perhaps_only_here = !busy}};
    }
    if (status == 403) return forbidden(page, description);
    return {Kind::lasting,
            {.cause = Cause::endpoint_moved,
             .why = description + " The endpoint has moved or its parameters changed: compare the "
                                  "profile with what a browser sends.",
             .perhaps_only_here = true,
             .not_found = status == 404 || status == 410}};
}

bool is_redirect(const HttpResponse& answer) {
    return answer.status >= 300 && answer.status < 400 &&
           !header_value(answer.headers, "Location").empty();
}

std::string describe(const PlatformRequest& outgoing, const HttpResponse& answer, bool page) {
    return "The platform answered " + outgoing.name + " with status " +
           std::to_string(answer.status) + (page ? " and a web page." : ".");
}

// Why the answer is unusable, before any error rules; nullopt if it is usable.
std::optional<RequestFailure> judge_by_itself(const PlatformRequest& outgoing,
                                              const HttpResponse& answer) {
    const bool good = answer.status >= 200 && answer.status < 300;
    const bool page = is_web_page(answer);
    const auto description = describe(outgoing, answer, page);
    if (outgoing.accepts_redirect && is_redirect(answer)) return std::nullopt;
    if (!good) return by_status(answer.status, page, description);
    if (page && outgoing.wants_json) {
        return RequestFailure{
            Kind::passing,
            {outgoing.page_means,
             description + " JSON was expected: the site is in maintenance, checks for robots or "
                           "has moved this URL. Open it in a browser if this persists."}};
    }
    auto fault = outgoing.fault_in ? outgoing.fault_in(answer.body) : std::nullopt;
    if (!fault) return std::nullopt;
    return RequestFailure{Kind::lasting, std::move(*fault)};
}

std::optional<RequestFailure> judge(const Profile& profile, const PlatformRequest& outgoing,
                                    const HttpResponse& answer, bool cookies_deleted) {
    auto failure = judge_by_itself(outgoing, answer);
    const bool refused = outgoing.is_login && refuses_login(answer);
    if (!failure && !refused) return std::nullopt;
    if (auto known = failure_by_rules(profile, outgoing, answer)) return known;
    if (refused) {
        return RequestFailure{
            Kind::unauthorized,
            {Cause::token_refused, describe(outgoing, answer, is_web_page(answer))}};
    }
    failure->session_end = cookies_deleted ? SessionEnd::likely : session_end_in(answer);
    const bool ended = failure->session_end == SessionEnd::likely;  // a retry would not help
    if (failure->kind == Kind::passing && ended) failure->kind = Kind::lasting;
    return failure;
}

RequestFailure failure_of(const PlatformRequest& outgoing, const Lost& lost) {
    if (lost.too_long) {
        return {
            Kind::lasting,
            {.cause = Cause::endpoint_moved,
             .why = "The platform's answer to " + outgoing.name + " is too long: " + lost.why + ".",
             .perhaps_only_here = true,
             .too_long = true}};
    }
    return {Kind::passing,
            {.cause = Cause::outage,
             .why = "The platform could not be reached for " + outgoing.name + ": " + lost.why +
                    ". The next run retries it automatically.",
             .perhaps_only_here = lost.maybe_sent}};
}

Values percent_encoded(const Values& values) {
    Values encoded;
    for (const auto& [name, value] : values) encoded.emplace(name, percent_encode(value));
    return encoded;
}

// The parameters that there is something for.
Query filled(const Named& parameters, const Values& values) {
    Query query;
    for (const auto& [name, text] : parameters) {
        const bool may_be_left_out = text.starts_with("${-");
        auto value = is_json_object(text) ? fill_json(text, values)
                     : may_be_left_out    ? fill("${" + text.substr(3), values)
                                          : fill(text, values);
        if (!may_be_left_out || !value.empty()) query.emplace_back(name, std::move(value));
    }
    return query;
}

std::string whole_url(const std::string& base_url, const std::string& path, const Query& query) {
    auto url = origin_of(path).empty() ? join_url(base_url, path) : path;
    auto parameters = encode_query(query);
    if (url.contains('?') && !parameters.empty()) parameters.front() = '&';
    return url + parameters;
}

}  // namespace

// Prevents header injection through a captured value.
std::string header_text(std::string value) {
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    return value;
}

std::string url_of(const std::string& base_url, const RequestTemplate& request,
                   const Values& values) {
    return whole_url(base_url, fill(request.path, percent_encoded(values)),
                     filled(request.query, values));
}

void add_cookie_values(const Named& headers, const Cookies& cookies, const std::string& url,
                       UtcTime now, Values& values) {
    for (const auto& [name, value] : headers) {
        for (const auto& used : placeholders_in(value).value_or(std::vector<std::string>{})) {
            if (!used.starts_with("cookies.")) continue;
            values[used] = percent_decode(cookies.value(used.substr(8), url, now));
        }
    }
}

PlatformRequest make_request(const Profile& profile, const std::string& base_url,
                             const RequestTemplate& request, const Values& values) {
    PlatformRequest outgoing{.request = {.method = request.method,
                                         .url = url_of(base_url, request, values),
                                         .headers = {},
                                         .body = {},
                                         .timeout = profile.timeout},
                             .name = request.method + " " + request.path};
    for (const auto& [name, value] : profile.headers) {
        outgoing.request.headers.push_back({name, value});
    }
    for (const auto& [name, value] : request.headers) {
        outgoing.request.headers.push_back({name, header_text(fill(value, values))});
    }
    if (!request.form.empty()) {
        const auto fields = encode_query(filled(request.form, values));
        outgoing.request.headers.push_back({"Content-Type", "application/x-www-form-urlencoded"});
        outgoing.request.body = fields.substr(std::min<std::size_t>(fields.size(), 1));
    }
    if (!request.json_body.empty()) {
        outgoing.request.headers.push_back({"Content-Type", "application/json"});
        outgoing.request.body = fill_json(request.json_body, values);
    }
    return outgoing;
}

std::optional<RequestFailure> failure_by_rules(const Profile& profile,
                                               const PlatformRequest& outgoing,
                                               const HttpResponse& answer) {
    for (const auto& rule : profile.error_rules) {
        if (fits(rule, answer)) {
            return by_rule(rule, describe(outgoing, answer, is_web_page(answer)));
        }
    }
    return std::nullopt;
}

Task<std::expected<HttpResponse, RequestFailure>> Exchange::ask(PlatformRequest outgoing,
                                                                Cookies* cookies,
                                                                Patience patience) {
    for (std::size_t tried = 0;; ++tried) {
        auto answer = co_await send(outgoing, cookies->header(outgoing.request.url, now()));
        bool cookies_deleted = false;
        if (answer) {
            time_.learn(answer->headers);
            cookies_deleted = cookies->take(outgoing.request.url, answer->headers, now());
        }
        auto failure = answer ? judge(profile_, outgoing, *answer, cookies_deleted)
                              : std::optional{failure_of(outgoing, answer.error())};
        if (!failure) co_return std::move(*answer);
        const bool last = patience == Patience::one_try || tried == waits.size();
        if (failure->kind != Kind::passing || last) {
            co_return std::unexpected(std::move(*failure));
        }
        const auto header = answer ? header_value(answer->headers, "Retry-After") : "";
        const auto asked = parse_retry_after(header, now());
        const auto wait = std::max(waits[tried], asked.value_or(0ms));
        if (wait > longest_wait) co_return std::unexpected(std::move(*failure));
        log_.info("receptionist_retried", {{"request", outgoing.name},
                                           {"wait_ms", std::to_string(wait.count())},
                                           {"why", failure->error.why}});
        co_await clock_.sleep(wait);
    }
}

Task<std::expected<HttpResponse, Lost>> Exchange::send(PlatformRequest outgoing,
                                                       std::string cookies) {
    if (next_at_ > clock_.steady()) co_await clock_.sleep_until(next_at_);
    next_at_ = clock_.steady() + profile_.pause;
    if (!cookies.empty()) outgoing.request.headers.push_back({"Cookie", std::move(cookies)});
    const auto left_at = clock_.steady();
    auto answer = co_await http_.fetch(outgoing.request);
    note(outgoing, answer, left_at);
    co_return answer;
}

void Exchange::note(const PlatformRequest& outgoing,
                    const std::expected<HttpResponse, Lost>& answer, SteadyTime left_at) {
    const auto status = status_label(answer);
    ++requests_;
    ++traffic_[{outgoing.name, status}];
    log_.write(Level::debug, "receptionist_asked",
               {{"route", outgoing.name},
                {"status", status},
                {"ms", std::to_string((clock_.steady() - left_at).count())}});
}

// In minutes: Date is in whole seconds, and a response takes time.
Milliseconds Exchange::platform_ahead() const {
    const auto platform_now = time_.now();
    if (!platform_now) return Milliseconds{0};
    return std::chrono::round<std::chrono::minutes>(*platform_now - clock_.now());
}

}  // namespace ringbridge::receptionist

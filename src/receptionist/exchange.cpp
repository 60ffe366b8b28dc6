#include "receptionist/exchange.hpp"

#include "core/url.hpp"
#include "receptionist/session_codec.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;
using Kind = Setback::Kind;

constexpr std::array<Milliseconds, 3> waits{1s, 4s, 15s};
constexpr Milliseconds longest_wait = 1min;  // more than that is for the next run

bool fits(const ErrorRule& rule, const HttpResponse& answer) {
    const auto said = [&](const auto& word) { return contains_in_any_case(answer.body, word); };
    return (rule.http_codes.empty() ||
            std::ranges::find(rule.http_codes, answer.status) != rule.http_codes.end()) &&
           (rule.body_contains.empty() || std::ranges::any_of(rule.body_contains, said));
}

Setback by_rule(const ErrorRule& rule, const std::string& told) {
    const auto why = rule.why.empty() ? told + " The profile's error_rules name this case."
                                      : rule.why + " (" + told + ")";
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

Setback forbidden(bool page, const std::string& told) {
    if (page) {
        return {Kind::lasting,
                {Cause::bot_wall,
                 told + " The site keeps programs out: log in once with a browser from this "
                        "machine's network, then set RECEPTIONIST_TOKEN to that browser's token."}};
    }
    return {Kind::lasting,
            {.cause = Cause::endpoint_moved,
             .why = told + " Either a header that the site wants is missing in the profile, or "
                           "this account may not do that.",
             .perhaps_only_here = true}};
}

Setback by_status(int status, bool page, const std::string& told) {
    if (status == 401) return {Kind::unauthorized, {Cause::token_refused, told}};
    const bool busy = status == 429 || status == 503;
    if (busy || status == 408 || status >= 500) {
        return {Kind::passing,
                {.cause = Cause::outage,
                 .why = told + " It is tried again by itself at the next run.",
                 .perhaps_only_here = !busy}};
    }
    if (status == 403) return forbidden(page, told);
    return {Kind::lasting,
            {.cause = Cause::endpoint_moved,
             .why = told + " The endpoint has moved or takes other parameters now: compare the "
                           "profile with what a browser sends.",
             .perhaps_only_here = true}};
}

std::string told_of(const Question& question, const HttpResponse& answer, bool page) {
    return "The platform answered " + question.name + " with status " +
           std::to_string(answer.status) + (page ? " and a web page." : ".");
}

// What is no answer to this question; nothing where it is one.
std::optional<Setback> judge_by_itself(const Question& question, const HttpResponse& answer) {
    const bool good = answer.status >= 200 && answer.status < 300;
    const bool page = is_web_page(answer);
    const auto told = told_of(question, answer, page);
    if (!good) return by_status(answer.status, page, told);
    if (page && question.wants_json) {
        return Setback{Kind::passing,
                       {question.page_means,
                        told + " JSON was due: the site is in maintenance, checks for robots or "
                               "has moved this address. Open it in a browser if this lasts."}};
    }
    auto fault = question.fault_in ? question.fault_in(answer.body) : std::nullopt;
    if (!fault) return std::nullopt;
    return Setback{Kind::lasting, std::move(*fault)};
}

std::optional<Setback> judge(const Profile& profile, const Question& question,
                             const HttpResponse& answer, bool took_cookies_back) {
    auto setback = judge_by_itself(question, answer);
    if (!setback) return std::nullopt;
    if (auto known = setback_by_rules(profile, question, answer)) return known;
    setback->session_end = took_cookies_back ? SessionEnd::likely : session_end_in(answer);
    const bool waiting_helps_not = setback->session_end == SessionEnd::likely;
    if (setback->kind == Kind::passing && waiting_helps_not) setback->kind = Kind::lasting;
    return setback;
}

Setback setback_of(const Question& question, const Lost& lost) {
    if (lost.too_long) {
        return {
            Kind::lasting,
            {.cause = Cause::endpoint_moved,
             .why = "The platform's answer to " + question.name + " is too long: " + lost.why + ".",
             .perhaps_only_here = true,
             .too_long = true}};
    }
    return {Kind::passing,
            {.cause = Cause::outage,
             .why = "The platform could not be reached for " + question.name + ": " + lost.why +
                    ". It is tried again by itself at the next run.",
             .perhaps_only_here = lost.maybe_sent}};
}

// Seconds, or a date: RFC 9110, section 10.2.3.
std::optional<Milliseconds> retry_after(const Headers& headers, UtcTime now) {
    const auto text = header_value(headers, "Retry-After");
    int seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (!text.empty() && error == std::errc{} && end == text.data() + text.size()) {
        return std::chrono::seconds{std::max(seconds, 0)};
    }
    const auto moment = parse_http_date(text);
    return moment ? std::optional{std::max<Milliseconds>(*moment - now, 0ms)} : std::nullopt;
}

// A captured value must not smuggle in another header.
std::string header_text(std::string value) {
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    return value;
}

Values percent_encoded(const Values& values) {
    Values encoded;
    for (const auto& [name, value] : values) encoded.emplace(name, percent_encode(value));
    return encoded;
}

}  // namespace

Question make_question(const Profile& profile, const std::string& base_url,
                       const RequestTemplate& request, const Values& values) {
    Query query;
    for (const auto& [name, value] : request.query) query.emplace_back(name, fill(value, values));
    const auto path = fill(request.path, percent_encoded(values));
    Question question{.request = {.method = request.method,
                                  .url = join_url(base_url, path) + encode_query(query),
                                  .headers = {},
                                  .body = {},
                                  .timeout = profile.timeout},
                      .name = request.method + " " + request.path};
    for (const auto& [name, value] : profile.headers) {
        question.request.headers.push_back({name, value});
    }
    for (const auto& [name, value] : request.headers) {
        question.request.headers.push_back({name, header_text(fill(value, values))});
    }
    if (!request.json_body.empty()) {
        question.request.headers.push_back({"Content-Type", "application/json"});
        question.request.body = fill_json(request.json_body, values);
    }
    return question;
}

std::optional<Setback> setback_by_rules(const Profile& profile, const Question& question,
                                        const HttpResponse& answer) {
    for (const auto& rule : profile.error_rules) {
        if (fits(rule, answer)) {
            return by_rule(rule, told_of(question, answer, is_web_page(answer)));
        }
    }
    return std::nullopt;
}

Task<std::expected<HttpResponse, Setback>> Exchange::ask(Question question, Cookies* cookies,
                                                         Patience patience) {
    for (std::size_t tried = 0;; ++tried) {
        auto answer = co_await send(question, cookies->header(question.request.url, now()));
        bool took_cookies_back = false;
        if (answer) {
            learn_time(answer->headers);
            took_cookies_back = cookies->take(question.request.url, answer->headers, now());
        }
        auto setback = answer ? judge(profile_, question, *answer, took_cookies_back)
                              : std::optional{setback_of(question, answer.error())};
        if (!setback) co_return std::move(*answer);
        const bool last = patience == Patience::one_try || tried == waits.size();
        if (setback->kind != Kind::passing || last) {
            co_return std::unexpected(std::move(*setback));
        }
        const auto asked = answer ? retry_after(answer->headers, clock_.now()) : std::nullopt;
        const auto wait = std::max(waits[tried], asked.value_or(0ms));
        if (wait > longest_wait) co_return std::unexpected(std::move(*setback));
        log_.info("receptionist_retried", {{"request", question.name},
                                           {"wait_ms", std::to_string(wait.count())},
                                           {"why", setback->trouble.why}});
        co_await clock_.sleep(wait);
    }
}

Task<std::expected<HttpResponse, Lost>> Exchange::send(Question question, std::string cookies) {
    if (!cookies.empty()) question.request.headers.push_back({"Cookie", std::move(cookies)});
    ++requests_;
    const auto left_at = clock_.steady();
    auto answer = co_await http_.fetch(question.request);
    note(question, answer, left_at);
    co_return answer;
}

void Exchange::note(const Question& question, const std::expected<HttpResponse, Lost>& answer,
                    SteadyTime left_at) {
    const auto status = status_label(answer);
    ++traffic_[{question.name, status}];
    log_.write(Level::debug, "receptionist_asked",
               {{"route", question.name},
                {"status", status},
                {"ms", std::to_string((clock_.steady() - left_at).count())}});
}

// In minutes: a date is whole seconds old, and an answer takes its time. One that a cache kept for
// a while (Age) tells of an earlier moment.
void Exchange::learn_time(const Headers& headers) {
    const auto date = parse_http_date(header_value(headers, "Date"));
    if (!date || !header_value(headers, "Age").empty()) return;
    platform_ahead_ = std::chrono::round<std::chrono::minutes>(*date - clock_.now());
}

}  // namespace ringbridge::receptionist

#include "receptionist/login.hpp"

#include "core/url.hpp"
#include "receptionist/html.hpp"
#include "receptionist/login_refusal.hpp"
#include "receptionist/session_codec.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using Kind = RequestFailure::Kind;

constexpr int most_redirects = 10;

bool captures_from(const LoginStep& step, Capture::From from) {
    return std::ranges::find(step.captures, from, &Capture::from) != step.captures.end();
}

bool sends_password(const RequestTemplate& request) {
    return uses(request, "credentials.password");
}

std::string name_of(const LoginStep& step) { return step.request.method + " " + step.request.path; }

PlatformError wrong_password(const LoginStep& step) {
    return {Cause::wrong_password,
            "The platform refused the e-mail and password at " + name_of(step) +
                ". Check both by logging in with a browser, then set the right ones "
                "(RECEPTIONIST_EMAIL, RECEPTIONIST_PASSWORD)."};
}

PlatformError login_error(RequestFailure failure, const LoginStep& step) {
    return failure.kind == Kind::unauthorized ? wrong_password(step) : std::move(failure.error);
}

PlatformError nothing_captured(const Capture& capture, const LoginStep& step) {
    return {Cause::endpoint_moved,
            "The platform's answer to " + name_of(step) +
                " does not contain what the profile calls \"" + capture.name +
                "\". Record a login in a browser and compare its answers with the profile's "
                "auth.steps."};
}

PlatformError no_way(const LoginStep& step, const std::string& why) {
    return {Cause::endpoint_moved,
            "The platform redirects " + name_of(step) + " " + why +
                ". Record a login in a browser and compare it with the profile's auth.steps."};
}

// A browser sends GET after any redirect but these two.
void follow(PlatformRequest& outgoing, const HttpResponse& redirect, std::string url) {
    if (redirect.status != 307 && redirect.status != 308) {
        outgoing.request.method = "GET";
        outgoing.request.body.clear();
        std::erase_if(outgoing.request.headers,
                      [](const Header& header) { return header.name == "Content-Type"; });
    }
    outgoing.request.url = std::move(url);
}

}  // namespace

Task<std::expected<LoggedIn, PlatformError>> Login::run(std::vector<LoginStep> steps, Values values,
                                                        Cookies cookies) {
    LoggedIn brought;
    for (const auto& step : steps) {
        const auto arrival = co_await arrive(step, values, &cookies);
        if (!arrival) co_return std::unexpected(arrival.error());
        for (const auto& wanted : step.captures) {
            auto value = capture(wanted, *arrival, step, cookies);
            if (!value) co_return std::unexpected(std::move(value.error()));
            values["steps." + step.id + "." + wanted.name] = *value;
            auto& kept = wanted.name == "token" ? brought.token : brought.values[wanted.name];
            kept = Secret{std::move(*value)};
        }
    }
    brought.cookies = std::move(cookies);
    co_return brought;
}

Task<std::expected<Login::Arrival, PlatformError>> Login::arrive(LoginStep step, Values values,
                                                                 Cookies* cookies) {
    add_cookie_values(step.request.headers, *cookies, url_of(base_url_, step.request, values),
                      exchange_.now(), values);
    auto outgoing = make_request(profile_, base_url_, step.request, values);
    outgoing.wants_json = captures_from(step, Capture::From::body);
    outgoing.page_means = Cause::endpoint_moved;
    outgoing.is_login = sends_password(step.request);
    outgoing.accepts_redirect = step.follow_redirects;
    for (int redirects = 0; redirects <= most_redirects; ++redirects) {
        auto answer = co_await exchange_.ask(outgoing, cookies);
        if (!answer) co_return std::unexpected(login_error(std::move(answer.error()), step));
        const auto location = header_value(answer->headers, "Location");
        if (answer->status < 300) co_return Arrival{std::move(*answer), outgoing.request.url};
        auto url = resolve_url(outgoing.request.url, location);
        const bool downgraded =
            outgoing.request.url.starts_with("https:") && url.starts_with("http:");
        if (url.empty() || downgraded) {
            co_return std::unexpected(no_way(step, "to an address that is not https"));
        }
        follow(outgoing, *answer, std::move(url));
    }
    co_return std::unexpected(no_way(step, "again and again"));
}

std::expected<std::string, PlatformError> Login::capture(const Capture& wanted,
                                                         const Arrival& arrival,
                                                         const LoginStep& step,
                                                         const Cookies& cookies) const {
    const auto& [answer, url] = arrival;
    auto value = [&]() -> std::string {
        switch (wanted.from) {
            case Capture::From::body:
                return text_at(answer.body, wanted.path).value_or("");
            case Capture::From::header:
                return std::string{header_value(answer.headers, wanted.key)};
            case Capture::From::cookie:
                return cookies.value(wanted.key, url, exchange_.now());
            case Capture::From::meta:
                return meta_content(answer.body, wanted.key);
            case Capture::From::input:
                return input_value(answer.body, wanted.key);
            case Capture::From::url:
                return parse_target(url).parameter(wanted.key).value_or("");
        }
        return {};
    }();
    if (!value.empty()) return value;
    const PlatformRequest asked{.request = {}, .name = name_of(step)};
    if (auto known = failure_by_rules(profile_, asked, answer)) {
        return std::unexpected(login_error(std::move(*known), step));
    }
    if (sends_password(step.request) && is_sentence_alone(answer)) {
        return std::unexpected(wrong_password(step));
    }
    return std::unexpected(nothing_captured(wanted, step));
}

}  // namespace ringbridge::receptionist

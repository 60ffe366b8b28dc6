#include "hubspot/answer.hpp"

#include "core/match.hpp"
#include "core/retry_after.hpp"
#include "core/stop.hpp"
#include "core/text.hpp"
#include "core/url.hpp"

#include <optional>

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;

// The daily limit resets at midnight in the account's time zone; an hourly retry is enough.
constexpr Milliseconds daily_wait = 1h;

// What only a person can fix is retried by the next run.
constexpr Milliseconds for_a_person = 1h;

// `asked`: for how long the response asks to wait, if it does.
Wait throttled(std::optional<Milliseconds> asked, const ErrorBody& error) {
    const auto policy = lower_case(error.policy + ' ' + error.message);
    if (policy.find("daily") != std::string::npos) {
        return {daily_wait, "HubSpot's daily limit for this account is used up", true};
    }
    const auto why = "HubSpot's rate limit was reached (" + error.policy + ")";
    if (asked) return {*asked, why, true};
    if (policy.find("ten_secondly") != std::string::npos) return {10s, why, true};
    return {1s, why, true};
}

bool looks_like_json(const HttpResponse& response) {
    const auto body = trim(response.body);
    return body.empty() || body.front() == '{' || body.front() == '[';
}

std::variant<Wait, Unsure> interrupted(Repeat repeat, std::string why) {
    if (repeat == Repeat::unsafe) return Unsure{std::move(why)};
    return Wait{1s, std::move(why)};
}

Verdict widen(std::variant<Wait, Unsure> narrow) {
    return std::visit([](auto& one) -> Verdict { return std::move(one); }, narrow);
}

// The response of a proxy or another server in between: HubSpot did nothing, and the response says
// nothing about any row. A retry within the run would get the same response.
std::optional<Wait> misled(const HttpResponse& response) {
    if (response.status == 407) {
        return Wait{for_a_person,
                    "the proxy to HubSpot requires a login (407): put it into HTTPS_PROXY, or add "
                    "HubSpot's host to NO_PROXY"};
    }
    if (response.status < 300 || response.status >= 400) return std::nullopt;
    const auto to = header_value(response.headers, "Location");
    return Wait{for_a_person, "HUBSPOT_BASE_URL is not the address of HubSpot's API: it answered " +
                                  std::to_string(response.status) +
                                  (to.empty() ? "" : ", a redirect to " + origin_of(to)) +
                                  "; or a proxy in between requires a login in a browser"};
}

Refused refused(const HttpResponse& response, const ErrorBody& error) {
    constexpr std::size_t message_bytes_max = 600;
    auto message = error.message.empty() ? "HTTP " + std::to_string(response.status)
                                         : std::string{cut_utf8(error.message, message_bytes_max)};
    return {.status = response.status,
            .category = error.category,
            .message = std::move(message),
            .properties = error.properties};
}

}  // namespace

Verdict classify(const std::expected<HttpResponse, Lost>& exchange, Repeat repeat, UtcTime now) {
    if (!exchange) {
        const auto why = "no answer from HubSpot: " + exchange.error().why;
        if (!exchange.error().maybe_sent) return Wait{1s, why};
        return widen(interrupted(repeat, why));
    }
    const auto& response = *exchange;
    const auto status = response.status;
    if (status >= 200 && status < 300) {
        if (looks_like_json(response)) return Done{status, response.body};
        return widen(interrupted(repeat, "HubSpot answered with a web page instead of JSON"));
    }
    if (auto wait = misled(response)) return std::move(*wait);
    const auto error = decode_error(response.body);
    if (status == 401) return Unauthorized{refused(response, error).message};
    const auto asked = parse_retry_after(header_value(response.headers, "Retry-After"), now);
    if (status == 429) return throttled(asked, error);
    if (status == 423) return Wait{2s, "the account is temporarily locked (423)"};
    if (status == 477) return Wait{asked.value_or(60s), "the account is being migrated (477)"};
    if (status >= 500 || status == 408) {
        return widen(interrupted(repeat, "HubSpot answered " + std::to_string(status)));
    }
    // Only the missing part would show whether it is about the token or about what was sent.
    if (error.ends_early) return Wait{1s, "HubSpot's answer was cut short"};
    return refused(response, error);
}

std::expected<std::string, Refused> body_of(Answer answer) {
    using Body = std::expected<std::string, Refused>;
    return match(
        std::move(answer), [](Done done) -> Body { return std::move(done.body); },
        [](Refused refused) -> Body { return std::unexpected{std::move(refused)}; },
        [](Unsure unsure) -> Body { throw OutOfReach{unsure.why}; });
}

bool is_missing_scope(const Refused& refused) {
    return refused.status == 403 && refused.category == "MISSING_SCOPES";
}

}  // namespace ringbridge::hubspot

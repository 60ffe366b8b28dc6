#include "hubspot/door.hpp"

#include "core/backoff.hpp"
#include "core/stop.hpp"
#include "core/url.hpp"

#include <charconv>

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds patience = 90s;
constexpr Milliseconds first_wait = 1s;
constexpr Milliseconds longest_wait = 20s;

int number_in(std::string_view text) {
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

}  // namespace

Door::Door(std::string base_url, Secret token, Http& http, Clock& clock, Dice& dice, Log& log)
    : base_url_{std::move(base_url)},
      token_{std::move(token)},
      http_{http},
      clock_{clock},
      dice_{dice},
      log_{log} {}

Task<Answer> Door::send(Request request) {
    const auto give_up_at = clock_.now() + patience;
    for (int tries = 0;; ++tries) {
        auto verdict = co_await attempt(request);
        if (auto* done = std::get_if<Done>(&verdict)) co_return std::move(*done);
        if (auto* refused = std::get_if<Refused>(&verdict)) co_return std::move(*refused);
        if (auto* unsure = std::get_if<Unsure>(&verdict)) co_return std::move(*unsure);
        if (auto* unauthorized = std::get_if<Unauthorized>(&verdict)) {
            throw CredentialsRefused{"HubSpot refused HUBSPOT_TOKEN: " + unauthorized->message};
        }
        const auto& wait = std::get<Wait>(verdict);
        const auto span =
            std::max(wait.at_least, backoff(tries, first_wait, longest_wait, dice_.roll()));
        if (clock_.now() + span > give_up_at) throw OutOfReach{wait.why};
        log_.warn("hubspot_waited", {{"ms", std::to_string(span.count())}, {"why", wait.why}});
        co_await clock_.sleep(span);
    }
}

Task<Verdict> Door::attempt(Request request) {
    co_await clock_.sleep_until(pacer_.book(request.lane, clock_.now()));
    HttpRequest http{
        .method = std::move(request.method),
        .url = join_url(base_url_, request.path),
        .headers = {{"Authorization", "Bearer " + token_.reveal()}, {"Accept", "application/json"}},
        .body = std::move(request.body)};
    if (!http.body.empty()) http.headers.push_back({"Content-Type", "application/json"});
    ++requests_;
    const auto exchange = co_await http_.fetch(std::move(http));
    if (exchange) {
        pacer_.learn_burst_limit(
            number_in(header_value(exchange->headers, "X-HubSpot-RateLimit-Max")));
    }
    co_return classify(exchange, request.effect);
}

}  // namespace ringbridge::hubspot

#include "hubspot/client.hpp"

#include "core/backoff.hpp"
#include "core/match.hpp"
#include "core/parse_number.hpp"
#include "core/stop.hpp"
#include "core/url.hpp"
#include "hubspot/api.hpp"

namespace ringbridge::hubspot {
namespace {

using namespace std::chrono_literals;

// The daily limit resets at midnight in the account's time zone: an hourly check is enough.
constexpr Milliseconds daily_memory = 1h;

// HubSpot reports a token it does not know as expired thousands of days ago.
constexpr const char* token_fix =
    " Copy the token again (Development → Keys → Service keys), complete and without spaces, and "
    "set HUBSPOT_TOKEN to it. Expired thousands of days ago means: HubSpot does not know it.";

// `known` if the header is missing: searches carry none of these.
std::optional<int> number_in(const Headers& headers, const char* name, std::optional<int> known) {
    const auto number = parse_number<int>(header_value(headers, name));
    return number ? number : known;
}

std::expected<Answer, Wait> answer_of(Verdict verdict) {
    using AnswerOrWait = std::expected<Answer, Wait>;
    return match(
        std::move(verdict), [](Done done) -> AnswerOrWait { return done; },
        [](Refused refused) -> AnswerOrWait { return refused; },
        [](Unsure unsure) -> AnswerOrWait { return unsure; },
        [](Wait wait) -> AnswerOrWait { return std::unexpected{std::move(wait)}; },
        [](Unauthorized unauthorized) -> AnswerOrWait {
            throw CredentialsRefused{"HubSpot refused HUBSPOT_TOKEN: " + unauthorized.message +
                                     token_fix};
        });
}

}  // namespace

Client::Client(std::string base_url, Secret token, Pacer& pacer, Http& http, Clock& clock,
               Random& random, Log& log)
    : base_url_{std::move(base_url)},
      token_{std::move(token)},
      pacer_{pacer},
      http_{http},
      clock_{clock},
      random_{random},
      log_{log},
      time_{clock} {}

Task<Answer> Client::send(Request request) {
    const auto began = clock_.steady();
    for (int tries = 0;; ++tries) {
        auto answer = answer_of(co_await attempt(request));
        if (answer) co_return std::move(*answer);
        const auto& wait = answer.error();
        const auto span =
            std::max(wait.at_least, backoff(tries, hubspot_request_retries, random_.roll()));
        const auto patience =
            answered_ ? request.patience : std::min(request.patience, patience_with_silence);
        if (clock_.steady() + span > began + patience) throw OutOfReach{wait.why};
        if (wait.for_all) pacer_.hold(request.lane, clock_.steady() + wait.at_least);
        log_.warn("hubspot_waited", {{"ms", std::to_string(span.count())}, {"why", wait.why}});
        waits_for_ = wait.why;
        co_await clock_.sleep(span);
        waits_for_.clear();
    }
}

Task<Verdict> Client::attempt(Request request) {
    co_await clock_.sleep_until(co_await pacer_.book(request.lane, request.pace));
    const auto route = request.method + ' ' + route_of(request.path);
    HttpRequest http{
        .method = std::move(request.method),
        .url = join_url(base_url_, request.path),
        .headers = {{"Authorization", "Bearer " + token_.reveal()}, {"Accept", "application/json"}},
        .body = std::move(request.body)};
    if (!http.body.empty()) http.headers.push_back({"Content-Type", "application/json"});
    const auto left_at = clock_.steady();
    auto exchange = co_await http_.fetch(std::move(http));
    note(route, exchange, left_at);
    if (exchange) {
        answered_ = true;
        time_.learn(exchange->headers);
        learn_quota(exchange->headers);
        // A proxy or firewall in between may quote the whole request in its refusal.
        exchange->body = token_.hidden_in(std::move(exchange->body));
    }
    co_return classify(exchange, request.repeat, now());
}

void Client::note(const std::string& route, const std::expected<HttpResponse, Lost>& exchange,
                  SteadyTime left_at) {
    const auto status = status_label(exchange);
    ++requests_;
    ++traffic_[{route, status}];
    log_.write(Level::debug, "hubspot_asked",
               {{"route", route},
                {"status", status},
                {"ms", std::to_string((clock_.steady() - left_at).count())}});
}

bool Client::daily_reserve_reached() const {
    const auto& [burst_left, burst_limit, left, limit] = quota_;
    if (!left || !limit || clock_.steady() - daily_seen_at_ > daily_memory) return false;
    return static_cast<long long>(*left) * 100 <
           static_cast<long long>(*limit) * pacer_.headroom_percent();
}

void Client::learn_quota(const Headers& headers) {
    if (!header_value(headers, "X-HubSpot-RateLimit-Daily-Remaining").empty()) {
        daily_seen_at_ = clock_.steady();
    }
    const auto take = [&](const char* name, std::optional<int>& known) {
        known = number_in(headers, name, known);
    };
    take("X-HubSpot-RateLimit-Max", quota_.burst_limit);
    take("X-HubSpot-RateLimit-Remaining", quota_.burst_left);
    take("X-HubSpot-RateLimit-Daily", quota_.daily_limit);
    take("X-HubSpot-RateLimit-Daily-Remaining", quota_.daily_left);
    pacer_.learn_burst_limit(quota_.burst_limit.value_or(0));
}

}  // namespace ringbridge::hubspot

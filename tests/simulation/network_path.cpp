#include "tests/simulation/network_path.hpp"

#include "tests/flow/town.hpp"
#include "tests/simulation/witness.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using sim::Fault;

HttpResponse page(int status) {
    return {.status = status,
            .headers = {{"Content-Type", "text/html"}},
            .body = "<!DOCTYPE html><html><body><h1>Just a moment...</h1></body></html>"};
}

// The bodies are HubSpot's (error handling guide, usage guidelines).
HttpResponse refusal(SeededRandom& random) {
    const auto limit = [](const char* policy, const char* message) {
        return json_response(429, json{{"status", "error"},
                                       {"message", message},
                                       {"errorType", "RATE_LIMIT"},
                                       {"policyName", policy}}
                                      .dump());
    };
    switch (random.below(5)) {
        case 0:
            return limit("TEN_SECONDLY_ROLLING",
                         "You have reached your ten_secondly_rolling limit.");
        case 1:
            return limit("SECONDLY", "You have reached your secondly limit.");
        case 2: {
            auto response = limit("CONCURRENT_REQUESTS", "Too many concurrent requests.");
            response.headers.push_back({"Retry-After", "3"});
            return response;
        }
        case 3:
            return json_response(423, R"({"status":"error","message":"The resource is locked"})");
        default: {
            auto response = json_response(477, R"({"status":"error","message":"Migration"})");
            response.headers.push_back({"Retry-After", "20"});
            return response;
        }
    }
}

HttpResponse server_error(SeededRandom& random) {
    static constexpr std::array statuses{500, 502, 503, 504, 521, 522, 523, 524, 525};
    const auto status = random.pick(statuses);
    if (random.happens(500)) return page(status);
    return json_response(status, R"({"status":"error","message":"internal error"})");
}

void cut(HttpResponse& response, SeededRandom& random) {
    // Not to nothing: Content-Length would reveal that.
    if (response.body.size() > 1) response.body.resize(1 + random.below(response.body.size() - 1));
}

bool confirms_rows(const HttpRequest& request) {
    return request.url.ends_with("/batch/create") || request.url.ends_with("/batch/update");
}

// A batch answer that confirms one row less than was written.
void leave_out_a_row(HttpResponse& response, SeededRandom& random) {
    auto body = json::parse(response.body, nullptr, false);
    if (!body.is_object() || !body.contains("results") || body["results"].empty()) return;
    auto& rows = body["results"];
    rows.erase(random.below(rows.size()));
    response.body = body.dump();
}

}  // namespace

NetworkPath::NetworkPath(Setting& setting)
    : setting_{setting}, latency_{setting.scenario.seed, "latency"} {
    draw_outage(Disturber::hubspot_down, 1min, 2h);
    draw_outage(Disturber::daily_limit, 10min, 4h);
    draw_outage(Disturber::token_refused, 1min, 1h);
    draw_outage(Disturber::site_down, 5min, 5h);
}

void NetworkPath::draw_outage(Disturber disturber, Milliseconds shortest, Milliseconds longest) {
    if (!setting_.injects(disturber, 1000)) return;
    auto& random = setting_.random(disturber);
    const auto from = setting_.world.now() + random.between(0ms, setting_.scenario.span);
    const auto end = setting_.world.now() + setting_.scenario.span;
    outages_.push_back({disturber, from, std::min(end, from + random.between(shortest, longest))});
}

bool NetworkPath::under(Disturber disturber) const {
    const auto now = setting_.world.now();
    return std::ranges::any_of(outages_, [&](const Outage& outage) {
        return outage.disturber == disturber && outage.from <= now && now < outage.until;
    });
}

Fault NetworkPath::fault_of(const HttpRequest& request) {
    auto fault = request.url.starts_with(tests::hubspot_origin) ? to_hubspot(request) : to_site();
    fault.there += latency_.between(1ms, 80ms);
    fault.back += latency_.between(1ms, 80ms);
    return fault;
}

Fault NetworkPath::to_hubspot(const HttpRequest& request) {
    const auto injects = [&](Disturber disturber, int per_mille) {
        return setting_.injects(disturber, per_mille);
    };
    const auto random = [&](Disturber disturber) -> SeededRandom& {
        return setting_.random(disturber);
    };
    const auto instead = [](HttpResponse response, bool arrives) {
        return Fault{.arrives = arrives, .instead = std::move(response)};
    };
    if (under(Disturber::hubspot_down)) {
        switch (random(Disturber::hubspot_down).below(3)) {
            case 0:
                return {.leaves = false};
            case 1:
                return Fault::hang();
            default:
                return instead(page(503), false);
        }
    }
    if (under(Disturber::daily_limit)) {
        return instead(json_response(429, R"({"status":"error","errorType":"RATE_LIMIT",)"
                                          R"("message":"You have reached your daily limit.",)"
                                          R"("policyName":"DAILY"})"),
                       false);
    }
    if (under(Disturber::token_refused)) {
        return instead(json_response(401, R"({"status":"error","message":"Authentication )"
                                          R"(credentials not found.","category":)"
                                          R"("INVALID_AUTHENTICATION"})"),
                       false);
    }
    const auto& word = setting_.refused_word;
    if (!word.empty() && request.body.contains(word)) return instead(page(403), false);
    const auto& number = setting_.unsearchable;
    if (!number.empty() && request.url.ends_with("/search") && request.body.contains(number)) {
        return instead(page(403), false);
    }
    if (injects(Disturber::throttled, 60))
        return instead(refusal(random(Disturber::throttled)), false);
    if (injects(Disturber::server_error, 60)) {
        auto& own = random(Disturber::server_error);
        const bool acted = own.happens(500);
        return instead(server_error(own), acted);
    }
    if (injects(Disturber::lost_request, 50)) return Fault::lose_request();
    if (injects(Disturber::lost_answer, 80)) return Fault::lose_answer();
    if (is_write(request) && injects(Disturber::late_request, 120)) {
        auto& own = random(Disturber::late_request);
        const auto late =
            request.timeout +
            (own.happens(500) ? own.between(-25s, 0s) : own.between(0s, latest_after_giving_up));
        setting_.last_late_arrival =
            std::max(setting_.last_late_arrival, setting_.world.now() + late);
        return {.there = late, .ending = Fault::Ending::silent};
    }
    if (injects(Disturber::web_page, 30)) return instead(page(200), false);
    if (injects(Disturber::cut_answer, 50)) {
        return {.damage = [&own = random(Disturber::cut_answer)](auto& to) { cut(to, own); }};
    }
    if (confirms_rows(request) && injects(Disturber::missing_row, 200)) {
        return {.damage = [&own = random(Disturber::missing_row)](auto& to) {
            leave_out_a_row(to, own);
        }};
    }
    if (injects(Disturber::slow_answer, 50)) {
        return {.back = random(Disturber::slow_answer).between(1s, 25s)};
    }
    return Fault::none();
}

Fault NetworkPath::to_site() {
    if (under(Disturber::site_down)) {
        auto& own = setting_.random(Disturber::site_down);
        if (own.happens(500)) return {.leaves = false};
        return {.arrives = false, .instead = page(502)};
    }
    if (!setting_.injects(Disturber::site_fault, 60)) return Fault::none();
    auto& own = setting_.random(Disturber::site_fault);
    switch (own.below(5)) {
        case 0:
            return Fault::lose_request();
        case 1:
            return Fault::hang();
        case 2:
            return {.arrives = false, .instead = page(200)};
        case 3:
            return {.damage = [&own](auto& to) { cut(to, own); }};
        default:
            return {.arrives = false, .instead = server_error(own)};
    }
}

}  // namespace ringbridge::simulation

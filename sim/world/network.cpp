#include "sim/world/network.hpp"

#include "core/url.hpp"

#include <date/date.h>

#include <algorithm>
#include <memory>

namespace ringbridge::sim {
namespace {

// Shared, since either may finish first: the request in transit or its sender.
struct Exchange {
    HttpRequest request;
    HttpResponse response;
};

std::string http_date(UtcTime time) {
    return date::format("%a, %d %b %Y %T GMT", std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

Task<std::expected<HttpResponse, Lost>> Network::fetch(HttpRequest request) {
    const auto sent = world_.steady();
    const auto deadline = sent + request.timeout;
    const auto fault = faults_ ? faults_(request) : Fault::none();
    const auto host = hosts_.find(origin_of(request.url));
    if (host == hosts_.end() || !fault.leaves) {
        co_await world_.sleep(fault.there);
        co_return std::unexpected{Lost{false, "no connection"}};
    }
    const auto exchange = std::make_shared<Exchange>(Exchange{std::move(request), {}});
    if (fault.arrives) {
        world_.at(world_.now() + fault.there, [this, exchange, answer = host->second] {
            exchange->response = answer(exchange->request, world_.now());
            exchange->response.headers.push_back({"Date", http_date(world_.now())});
        });
    }
    const auto ends = sent + fault.there + fault.back;
    co_await world_.sleep_until(std::min(ends, deadline));
    if (fault.ending == Fault::Ending::silent || ends > deadline) {
        co_await world_.sleep_until(deadline);
        co_return std::unexpected{Lost{true, "no answer in time"}};
    }
    if (fault.ending == Fault::Ending::reset) {
        co_return std::unexpected{Lost{true, "connection reset"}};
    }
    auto response = fault.instead ? *fault.instead : std::move(exchange->response);
    if (fault.damage) fault.damage(response);
    co_return response;
}

}  // namespace ringbridge::sim

// A backfill's requests to HubSpot, compared with the least possible: in the simulated account,
// which enforces HubSpot's limits, in virtual time.
//
// The bounds: v1 takes one call per request, so 10,000 calls need 10,000 requests at least, and all
// writes together take as long as the account's rate allows. The calls object takes a hundred calls
// per request.
#include "tests/flow/town.hpp"

#include <fmt/format.h>

namespace ringbridge::bench {
namespace {

using namespace std::chrono_literals;

constexpr int calls = 10'000;
constexpr std::size_t callers = 3'000;
constexpr double share = (100 - hubspot::default_headroom) / 100.0;

struct Account {
    const char* name;
    bool calls_object;
    int burst_limit;
    double requests_a_call;  ///< at most
};

void carry(const Account& account) {
    tests::Town town{1,
                     {.calls_scope = account.calls_object,
                      .index_lag = 10s,
                      .enforce_limits = true,
                      .burst_limit = account.burst_limit}};
    town.workload.add_callers(callers, callers / 2, town.portal, town.world.now());
    town.publish_calls(calls, 24h * 28);
    int refused = 0;
    town.network.set_faults([&](const HttpRequest&) {
        return sim::Fault{.there = 50ms, .back = 50ms, .damage = [&](const HttpResponse& response) {
                              if (response.status == 429) ++refused;
                          }};
    });
    tests::Process process{town};
    bridge::Order order;
    order.since = town.world.now() - 24h * 30;
    const auto report = process.sync(order);
    const auto seconds = std::chrono::duration<double>{report.duration}.count();
    const double allowed_a_second = account.burst_limit * share / 10;
    const double bound = account.calls_object ? 0 : town.portal.writes() / allowed_a_second;
    fmt::print("{:<24} {} of {} calls, {:.3f} requests a call (at most {:.2f}), {:.0f} s",
               account.name, report.count(bridge::CallResult::synced), calls,
               static_cast<double>(report.hubspot_requests) / calls, account.requests_a_call,
               seconds);
    if (bound > 0) fmt::print(" (bound {:.0f} s: {:+.1f} %)", bound, 100 * (seconds / bound - 1));
    fmt::print(", {} refused\n", refused);
}

}  // namespace
}  // namespace ringbridge::bench

int main() {
    using ringbridge::bench::carry;
    carry({"Starter, v1 only", false, 100, 1.05});
    carry({"Starter, calls object", true, 100, 0.05});
    carry({"Professional", true, 190, 0.05});
}

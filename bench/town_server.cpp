// Both simulated sides behind real sockets, with a month of calls and no limits: what is measured
// is the bridge alone. Prints its addresses as a line of JSON; SIGTERM ends it.
//
//   town_server CALLS CALLERS v1|calls
#include "runtime/http_front.hpp"
#include "runtime/system_clock.hpp"
#include "sim/hubspot/portal.hpp"
#include "sim/receptionist/site.hpp"
#include "sim/world/workload.hpp"

#include <asio/signal_set.hpp>
#include <fmt/format.h>

#include <iostream>

namespace ringbridge::bench {
namespace {

using namespace std::chrono_literals;

/// One simulated side behind a socket.
template <class Side>
class Stage {
  public:
    Stage(asio::io_context& loop, Side& side, Clock& clock)
        : side_{side}, clock_{clock}, front_{loop, "127.0.0.1", 0, [this](InboundRequest request) {
                                                 return answer(std::move(request));
                                             }} {}
    std::string url() const { return fmt::format("http://127.0.0.1:{}", front_.port()); }

  private:
    Task<HttpResponse> answer(InboundRequest request) {
        co_return side_.answer(request.http, clock_.now());
    }

    Side& side_;
    Clock& clock_;
    runtime::HttpFront front_;
};

void serve(int calls, std::size_t callers, bool calls_object) {
    asio::io_context loop{1};
    runtime::SystemClock clock;
    // Claims to have no limit, so that no client holds back.
    sim::HubSpotPortal portal{{.calls_scope = calls_object, .burst_limit = 1'000'000}};
    sim::ReceptionistSite site{{}};
    sim::Workload workload{1};
    const auto now = clock.now();
    workload.add_callers(callers, callers / 2, portal, now - 24h * 365);
    for (int i = calls; i > 0; --i) {
        site.publish(workload.make_call(now - i * (Milliseconds{24h * 28} / (calls + 1))).record);
    }
    Stage site_stage{loop, site, clock};
    Stage portal_stage{loop, portal, clock};
    std::cout << fmt::format(R"({{"receptionist":"{}","hubspot":"{}","token":"{}"}})",
                             site_stage.url(), portal_stage.url(), portal.options().token)
              << std::endl;
    asio::signal_set signals{loop, SIGINT, SIGTERM};
    signals.async_wait([&](std::error_code, int) { loop.stop(); });
    loop.run();
    std::cout << fmt::format(R"({{"activities":{},"contacts":{},"requests":{}}})",
                             portal.calls().size(), portal.contacts().size(), portal.requests())
              << std::endl;
}

}  // namespace
}  // namespace ringbridge::bench

int main(int argc, char** argv) {
    if (argc != 4) return 2;
    ringbridge::bench::serve(std::atoi(argv[1]), static_cast<std::size_t>(std::atoi(argv[2])),
                             std::string_view{argv[3]} == "calls");
}

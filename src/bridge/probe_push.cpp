// The probe's check of webhooks: do they arrive, and what to look at if none does.
#include "bridge/probe.hpp"

#include <fmt/format.h>

namespace ringbridge::bridge {
namespace {

using namespace std::chrono_literals;
using enum CheckStatus;

constexpr const char* check_name = "receptionistWebhooks";

std::string last_event(const Push& push, const ledger::Arrivals& arrivals) {
    const auto last = std::max(push.last_event(), arrivals.last_pushed_at);
    return last ? "the last one came at " + format_utc(*last) : "none has come";
}

}  // namespace

Task<> Prober::look_at_push() {
    if (!push_.is_on()) {
        add(check_name, skipped, "WEBHOOK_SECRET is not set",
            "With it, calls are in HubSpot within seconds.");
        co_return;
    }
    report_push(co_await ledger_.arrivals(clock_.now() - 7 * 24h));
}

void Prober::report_push(const ledger::Arrivals& arrivals) {
    const auto found = fmt::format("{}; {} of the last week's {} calls came by webhook",
                                   last_event(push_, arrivals), arrivals.pushed, arrivals.calls);
    const auto& platform = receptionist_.profile();
    if (arrivals.pushed > 0) return add(check_name, ok, found);
    add(check_name, warning, found,
        fmt::format("Set the address of this machine, as the internet reaches it, followed by "
                    "/webhooks/{} as webhook in {}'s settings, with the WEBHOOK_SECRET that is "
                    "shown there; check that a proxy before it passes POST requests on unchanged; "
                    "then call, and look for webhook_refused in the log.",
                    platform.name, platform.label));
}

}  // namespace ringbridge::bridge

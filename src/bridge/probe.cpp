#include "bridge/probe.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

bool has_failure(const Probe& probe, Ending ending) {
    return std::ranges::find(probe.checks, ending, &Check::ending) != probe.checks.end();
}

}  // namespace

bool Probe::ok() const { return ending() == Ending::done; }

Ending Probe::ending() const {
    if (has_failure(*this, Ending::credentials_refused)) return Ending::credentials_refused;
    return has_failure(*this, Ending::out_of_reach) ? Ending::out_of_reach : Ending::done;
}

const char* to_string(CheckStatus status) {
    switch (status) {
        case CheckStatus::ok:
            return "ok";
        case CheckStatus::warning:
            return "warning";
        case CheckStatus::failed:
            return "failed";
        case CheckStatus::skipped:
            break;
    }
    return "skipped";
}

// No retries at HubSpot: whoever probes wants to see at once what does not answer.
Prober::Prober(const Mapping& mapping, Crm& crm, receptionist::Receptionist& receptionist,
               hubspot::Client& client, ledger::Ledger& ledger, const Push& push, Clock& clock)
    : mapping_{mapping},
      crm_{crm},
      receptionist_{receptionist},
      client_{client},
      ledger_{ledger},
      push_{push},
      clock_{clock},
      account_{client, Milliseconds{0}} {}

Task<Probe> Prober::probe() {
    if (receptionist_.can_list()) co_await look_at_receptionist();
    probe_.receptionist.platform = receptionist_.profile().name;
    if (receptionist_.profile().webhook) co_await look_at_push();
    co_await look_at_hubspot();
    co_return std::move(probe_);
}

Task<Probe> Prober::probe_receptionist() {
    co_await look_at_receptionist();
    co_return std::move(probe_);
}

void Prober::add(const char* name, CheckStatus status, std::string found, std::string next,
                 Ending ending) {
    probe_.checks.push_back({name, status, std::move(found), std::move(next), ending});
}

}  // namespace ringbridge::bridge

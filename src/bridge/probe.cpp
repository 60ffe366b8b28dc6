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
               hubspot::Client& client, Clock& clock)
    : mapping_{mapping},
      crm_{crm},
      receptionist_{receptionist},
      client_{client},
      clock_{clock},
      account_{client, Milliseconds{0}} {}

Task<Probe> Prober::probe() {
    co_await look_at_receptionist();
    co_await look_at_hubspot();
    co_return std::move(probe_);
}

void Prober::add(const char* name, CheckStatus status, std::string found, std::string next,
                 Ending ending) {
    probe_.checks.push_back({name, status, std::move(found), std::move(next), ending});
}

}  // namespace ringbridge::bridge

#include "sim/vendor/planned.hpp"

namespace ringbridge::sim {

VendorCall to_vendor_call(const PlannedCall& planned, const Caller& caller) {
    const auto name = caller.first_name + ' ' + caller.last_name;
    return {.id = planned.id,
            .at = planned.at,
            .seconds = planned.duration_seconds,
            .outside_phone = caller.e164,
            .own_phone = Workload::agent_number,
            .summary = caller.first_name + " called: " + planned.action + ".",
            .title = planned.action,
            .answers = R"({"caller name":")" + name + R"(","service_address":"12 Oak St"})",
            .turns = {{"agent", "How can I help?"}, {"user", planned.action + ", please."}}};
}

}  // namespace ringbridge::sim

// A workload's calls as a vendor's.
#pragma once

#include "sim/vendor/vendor.hpp"
#include "sim/world/workload.hpp"

namespace ringbridge::sim {

VendorCall to_vendor_call(const PlannedCall& planned, const Caller& caller);

}  // namespace ringbridge::sim

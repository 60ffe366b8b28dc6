// A probe's JSON.
#pragma once

#include "bridge/probe.hpp"

#include <string>

namespace ringbridge::api {

std::string probe_view(const bridge::Probe& probe);

}  // namespace ringbridge::api

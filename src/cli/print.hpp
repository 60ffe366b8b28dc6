// Reports as text for a terminal.
#pragma once

#include "bridge/duplicate_finder.hpp"
#include "bridge/probe.hpp"
#include "hubspot/properties.hpp"
#include "runtime/settings.hpp"

#include <string>
#include <vector>

namespace ringbridge::cli {

std::string report_text(const bridge::Report& report);
std::string setup_text(const hubspot::PropertySetup& setup);
/// The plan, a line for each contact that is kept.
std::string dedup_text(const bridge::DedupReport& report);
std::string probe_text(const bridge::Probe& probe);
std::string faults_text(const std::vector<runtime::SettingFault>& faults);

}  // namespace ringbridge::cli

// Calls as shown on a terminal: the state of each, and what to do about it.
#pragma once

#include "ledger/ledger.hpp"

#include <string>

namespace ringbridge::cli {

std::string calls_text(const ledger::Listed& listed);
std::string call_text(const ledger::Entry& entry);

}  // namespace ringbridge::cli

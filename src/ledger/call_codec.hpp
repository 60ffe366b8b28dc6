// Calls as the ledger stores them: one JSON text each.
#pragma once

#include "core/call.hpp"

#include <string>

namespace ringbridge::ledger {

std::string encode_call(const Call& call);

/// Of what the platform lists of it: another one next time means that it changed.
std::string listing_hash(const Call& call);

/// Throws if `text` is not what encode_call wrote: the ledger is corrupt.
Call decode_call(const std::string& text);

}  // namespace ringbridge::ledger

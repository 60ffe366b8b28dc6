// Which calls are a caller's, and which can be forgotten now: the same in every backend.
#pragma once

#include "ledger/entry.hpp"

#include <string>

namespace ringbridge::ledger {

/// Why a row has no content.
inline const std::string too_old = "its content was forgotten: it is older than RETENTION";
inline const std::string asked_for = "its content was forgotten at the caller's request";

/// Whether the call is the caller's, by its known number, its record's, or its unreadable record.
bool is_of(const Entry& entry, const PhoneNumber& number, const std::string& region);

/// A run may still need what is known of the call.
bool is_in_hand(const Entry& entry, UtcTime now);

}  // namespace ringbridge::ledger

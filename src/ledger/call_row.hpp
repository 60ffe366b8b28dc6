// A row of the table `calls`, as every backend's SELECT fills it, a variable a column.
#pragma once

#include "ledger/entry.hpp"

#include <string>

namespace ringbridge::ledger {

Stage stage_of(const std::string& text);

/// Times are Unix milliseconds, 0 for none.
struct CallRow {
    std::string call_id, payload, raw, stage, reason, phone, extension, contact_id, activity_id,
        given_phone, leaving;
    long long called_at = 0, seen_at = 0, synced_at = 0, not_before = 0, tried_at = 0;
    int found = 0, attempts = 0;

    Call call() const;
    Entry entry() const;
};

}  // namespace ringbridge::ledger

// A call's id as the key of its row in PostgreSQL.
//
// PostgreSQL indexes values of up to 2,704 bytes (postgresql.org/docs/15/btree-limits.html), and a
// platform may give its calls ids of any length. Of a longer one, its beginning and its hash are
// the key; the id itself is in the call's payload.
#pragma once

#include "core/id.hpp"
#include "core/text.hpp"

#include <string>

namespace ringbridge::ledger {

inline std::string key_of(const CallId& id) {
    constexpr std::size_t longest = 600, kept = 500;
    if (id.text.size() <= longest) return id.text;
    return std::string{cut_utf8(id.text, kept)} + '#' + stable_hash(id.text);
}

}  // namespace ringbridge::ledger

// An invariant that holds whatever external systems do. If it is broken, the bug is ours, and
// continuing could write wrong data into a CRM: the process aborts and restarts from its ledger.
#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>

namespace ringbridge {

inline void check(bool holds, std::string_view what,
                  std::source_location where = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "broken invariant: %.*s (%s:%u)\n", static_cast<int>(what.size()),
                 what.data(), where.file_name(), static_cast<unsigned>(where.line()));
    std::abort();
}

}  // namespace ringbridge

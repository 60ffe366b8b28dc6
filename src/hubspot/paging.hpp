// Where a list that HubSpot gives in pages goes on. One that comes back to where it was would be
// read for ever.
#pragma once

#include "core/stop.hpp"

#include <set>
#include <string>

namespace ringbridge::hubspot {

class Paging {
  public:
    /// The next page's cursor, as the last page told it; empty at the end of the list. Throws
    /// OutOfReach where that page was given before.
    std::string next(std::string cursor) {
        if (cursor.empty() || seen_.insert(cursor).second) return cursor;
        throw OutOfReach{
            "HubSpot's list does not end: its cursor (paging.next.after, or offset on v1) came a "
            "second time. The next run tries again; if it stays so, tell HubSpot's support."};
    }

  private:
    std::set<std::string> seen_;
};

}  // namespace ringbridge::hubspot

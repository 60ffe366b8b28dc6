// Follows the cursors of a paged HubSpot list. Stops a list whose cursor repeats, which would be
// read forever.
#pragma once

#include "core/stop.hpp"

#include <set>
#include <string>

namespace ringbridge::hubspot {

class Paging {
  public:
    /// Returns the next page's cursor; empty at the end of the list. Throws OutOfReach if it was
    /// returned before.
    std::string next(std::string cursor) {
        if (cursor.empty() || seen_.insert(cursor).second) return cursor;
        throw OutOfReach{
            "HubSpot's list does not end: its cursor (paging.next.after, or offset on v1) "
            "repeats. The next run tries again; if this persists, report it to HubSpot support."};
    }

  private:
    std::set<std::string> seen_;
};

}  // namespace ringbridge::hubspot

// The service processes that share a ledger, and which of its bridges each of them runs.
#pragma once

#include "core/time.hpp"

#include <map>
#include <set>
#include <string>

namespace ringbridge::ledger {

struct Replica {
    std::string name;
    std::string birth;              ///< differs from that of an earlier process of that name
    std::set<std::string> bridges;  ///< that it can run
};

/// The names of the replicas that hold bridges, by bridge. A free one is not in it.
using Holders = std::map<std::string, std::string>;

class Replicas {
  public:
    Replicas() = default;
    virtual ~Replicas() = default;
    Replicas(const Replicas&) = delete;
    Replicas& operator=(const Replicas&) = delete;

    /// This replica lives, and will for `span` more by the database's clock. Those whose span is
    /// over lose their bridges, and the run locks that they hold. Takes and gives up bridges
    /// (spread.hpp), none of them `in_use`. Throws LedgerOutOfReach if the database does not
    /// answer, or another that lives has the name.
    virtual Holders renew(const Replica& replica, const std::set<std::string>& in_use,
                          Milliseconds span) = 0;

    /// It ends: its bridges are free.
    virtual void leave(const Replica& replica) = 0;
};

}  // namespace ringbridge::ledger

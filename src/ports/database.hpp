// Where the ledger's blocking work runs, and the one place where waiting meets SQL.
#pragma once

#include "ports/task.hpp"

#include <functional>

namespace ringbridge {

class Database {
  public:
    virtual ~Database() = default;
    /// Runs `work` to its end, one at a time, in the order asked for. What it throws comes out of
    /// the await. A process can die before or after `work`, never inside it: it is a transaction.
    virtual Task<> run(std::function<void()> work) = 0;
};

}  // namespace ringbridge

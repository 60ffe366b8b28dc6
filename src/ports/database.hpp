// Runs the ledger's blocking work: the one place where coroutines meet SQL.
#pragma once

#include "ports/task.hpp"

#include <functional>

namespace ringbridge {

class Database {
  public:
    virtual ~Database() = default;
    /// Runs `work` to completion, one at a time, in the order requested. Its exceptions come out of
    /// the await. A process can die before or after `work`, never inside it: it is a transaction.
    virtual Task<> run(std::function<void()> work) = 0;
    /// The same for work that nobody waits for, from any thread. It throws nothing.
    virtual void post(std::function<void()> work) = 0;
};

}  // namespace ringbridge

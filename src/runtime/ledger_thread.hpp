// The thread on which the ledger's blocking SQL runs, so that the loop never waits for a disk.
#pragma once

#include "ports/database.hpp"

#include <asio/thread_pool.hpp>

namespace ringbridge::runtime {

/// Destroy it before the loop whose coroutines wait here.
class LedgerThread : public Database {
  public:
    LedgerThread() = default;
    ~LedgerThread() override { finish(); }
    LedgerThread(const LedgerThread&) = delete;
    LedgerThread& operator=(const LedgerThread&) = delete;

    /// Finishes all queued work; no more may be queued. Call it before what the work uses is gone.
    void finish();

    /// The coroutine resumes on its own executor. Cancelling does not stop `work`: a requested
    /// transaction is carried out.
    Task<> run(std::function<void()> work) override;
    void post(std::function<void()> work) override;

  private:
    asio::thread_pool thread_{1};
};

}  // namespace ringbridge::runtime

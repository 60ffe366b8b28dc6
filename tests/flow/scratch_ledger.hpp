// A place for one test's ledger: a file, or in PostgreSQL where that is installed and the
// environment says LEDGER_OF_TESTS=postgres, so that the same tests hold for both.
#pragma once

#include "tests/flow/scratch_file.hpp"

#include <string>

namespace ringbridge::tests {

class ScratchLedger {
  public:
    ScratchLedger();

    /// As backend_at takes it.
    const std::string& location() const { return location_; }
    /// For what is true of files only.
    const std::string& path() const { return file_.path(); }
    bool is_file() const { return schema_.empty(); }

    void remove();

    /// Keeps a copy of it as it is now, and later puts that in its place. No process may use the
    /// ledger while it is put back.
    void back_up();
    void put_back();

  private:
    ScratchFile file_, copy_;
    std::string schema_;  ///< of PostgreSQL; empty if it is a file
    std::string location_;
};

}  // namespace ringbridge::tests

// Ledgers in an SQLite file. What several processes share besides lies in small files beside it:
// the run locks and the shared texts. They work on any disk that the ledger works on.
#pragma once

#include "ledger/backend.hpp"
#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/shared_file.hpp"

#include <memory>
#include <string>

namespace ringbridge::ledger::sqlite {

class SqliteBackend : public Backend {
  public:
    /// A file name, an SQLite URI (`file:…`) or `:memory:`.
    explicit SqliteBackend(std::string path) : path_{std::move(path)} {}

    Opened open(Scope scope, UtcTime now) override;
    std::unique_ptr<Archive> archive(bool is_source) override;
    std::unique_ptr<RunLock> try_lock(const std::string& name, Database& database) override;
    std::unique_ptr<SharedTexts> shared_texts(const std::string& account,
                                              Database& database) override;

  private:
    void connect();

    const std::string path_;
    std::shared_ptr<Connection> writing_, reading_;  ///< null before the first is opened
    std::shared_ptr<SharedFile> shared_;             ///< null before the first is asked for
};

}  // namespace ringbridge::ledger::sqlite

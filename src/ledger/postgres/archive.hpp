// A ledger in PostgreSQL as rows: ledger/archive.hpp. Private to this folder.
#pragma once

#include "ledger/archive.hpp"
#include "ledger/postgres/connection.hpp"

namespace ringbridge::ledger::postgres {

class PostgresArchive : public Archive {
  public:
    /// Throws LedgerInUse if any program uses it.
    explicit PostgresArchive(const Address& address);

    std::vector<ArchiveRow> read(const ArchiveTable& table, const ArchiveRow& after,
                                 int limit) override;
    ArchiveRow last(const ArchiveTable& table) override;
    void write(const ArchiveTable& table, const std::vector<ArchiveRow>& rows) override;
    std::string copied_from() override;
    void set_copied_from(const std::string& source) override;

  private:
    Connection sql_;
};

}  // namespace ringbridge::ledger::postgres

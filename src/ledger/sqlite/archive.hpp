// A ledger in an SQLite file as rows: ledger/archive.hpp. Private to this folder.
#pragma once

#include "ledger/archive.hpp"

#include <soci/soci.h>

namespace ringbridge::ledger::sqlite {

/// Of a file whose tables are up to date.
class SqliteArchive : public Archive {
  public:
    /// Null if any process has the file open.
    static std::unique_ptr<SqliteArchive> open(const std::string& path);

    std::vector<ArchiveRow> read(const ArchiveTable& table, const ArchiveRow& after,
                                 int limit) override;
    ArchiveRow last(const ArchiveTable& table) override;
    void write(const ArchiveTable& table, const std::vector<ArchiveRow>& rows) override;
    std::string copied_from() override;
    void set_copied_from(const std::string& source) override;

  private:
    soci::session sql_;
};

}  // namespace ringbridge::ledger::sqlite

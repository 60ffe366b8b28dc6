// A whole ledger as rows, to be copied into another database: every bridge's, of every table.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace ringbridge::ledger {

/// One column after the other, numbers in decimal.
using ArchiveRow = std::vector<std::string>;

struct ArchiveTable {
    struct Column {
        std::string name;
        bool is_number = false;
    };
    std::string name;
    std::vector<Column> columns;  ///< those of the key first
    std::size_t key = 1;          ///< how many columns the key has
};

/// The tables that every backend has, with the columns of each.
const std::vector<ArchiveTable>& archive_tables();

/// Whoever has it has the ledger for itself. Its methods throw as those of a Store do.
class Archive {
  public:
    Archive() = default;
    virtual ~Archive() = default;
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;

    /// The rows after the one with the key of `after`, or, if that is empty, from the first, in the
    /// key's order.
    virtual std::vector<ArchiveRow> read(const ArchiveTable& table, const ArchiveRow& after,
                                         int limit) = 0;
    /// The last row; empty if there is none.
    virtual ArchiveRow last(const ArchiveTable& table) = 0;
    /// One transaction. Rows that are there already stay.
    virtual void write(const ArchiveTable& table, const std::vector<ArchiveRow>& rows) = 0;

    /// Where a copy into this ledger comes from, as long as it is not complete: no program opens it
    /// until then. Empty: none is under way.
    virtual std::string copied_from() = 0;
    virtual void set_copied_from(const std::string& source) = 0;
};

/// Why a ledger cannot be opened while a copy into it is under way.
inline constexpr const char* copy_incomplete =
    "the copy into this ledger is not complete: run the same `ringbridge ledger copy` again";

/// What stands in the memory of no bridge while a copy is under way.
inline constexpr const char* copied_from_key = "copied_from";

}  // namespace ringbridge::ledger

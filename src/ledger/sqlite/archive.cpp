#include "ledger/sqlite/archive.hpp"

#include "ledger/sqlite/connection.hpp"
#include "ledger/sqlite/migrations.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger::sqlite {
namespace {

using Column = ArchiveTable::Column;

// A statement of SOCI's runs at the end of its line, when what it uses must still be there.
const std::string copied_from_name{copied_from_key};

std::string sql_name(const Column& column) {
    return column.name == "place" ? "rowid" : column.name;
}

/// `name` of each column, or of those of the key.
template <class Name>
std::string listed(const ArchiveTable& table, std::size_t count, Name name) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) {
        list += (i == 0 ? "" : ", ") + name(table.columns[i], i);
    }
    return list;
}

std::string names(const ArchiveTable& table, std::size_t count) {
    return listed(table, count, [](const Column& column, std::size_t) { return sql_name(column); });
}

// As numbers where they are: SQLite's columns keep the type of what is written.
std::string values(const ArchiveTable& table, std::size_t count) {
    return listed(table, count, [](const Column& column, std::size_t i) {
        const auto value = ":v" + std::to_string(i);
        return column.is_number ? "CAST(" + value + " AS INTEGER)" : value;
    });
}

std::string select_from(const ArchiveTable& table) {
    const auto texts = listed(table, table.columns.size(), [](const Column& column, std::size_t) {
        return column.is_number ? "CAST(" + sql_name(column) + " AS TEXT)" : column.name;
    });
    // What has no bridge is the file's own: its schema, and a copy into it.
    const auto* own = table.name == "memory" ? " WHERE bridge <> ''" : " WHERE true";
    return "SELECT " + texts + " FROM " + table.name + own;
}

}  // namespace

std::unique_ptr<SqliteArchive> SqliteArchive::open(const std::string& path) try {
    auto archive = std::make_unique<SqliteArchive>();
    archive->sql_.open(soci::sqlite3, "db=\"" + path + "\" timeout=0");
    // Set before its first access: then the lock is taken at once, and kept (sqlite.org/wal.html).
    archive->sql_ << "PRAGMA locking_mode = EXCLUSIVE";
    archive->sql_ << "PRAGMA synchronous = FULL";
    migrate_for_copy(archive->sql_);
    return archive;
} catch (const soci::sqlite3_soci_error& error) {
    if ((error.result() & 0xFF) == SQLITE_BUSY) return nullptr;
    throw;
}

std::vector<ArchiveRow> SqliteArchive::read(const ArchiveTable& table, const ArchiveRow& after,
                                            int limit) {
    auto text = select_from(table);
    if (!after.empty()) {
        text += " AND (" + names(table, table.key) + ") > (" + values(table, table.key) + ')';
    }
    text += " ORDER BY " + names(table, table.key) + " LIMIT " + std::to_string(limit);
    ArchiveRow row(table.columns.size());
    std::vector<ArchiveRow> rows;
    soci::statement statement{sql_};
    statement.alloc();
    statement.prepare(text);
    for (auto& value : row) statement.exchange(soci::into(value));
    if (!after.empty()) {
        for (std::size_t i = 0; i < table.key; ++i) statement.exchange(soci::use(after[i]));
    }
    statement.define_and_bind();
    statement.execute();
    while (statement.fetch()) rows.push_back(row);
    return rows;
}

ArchiveRow SqliteArchive::last(const ArchiveTable& table) {
    const auto newest = listed(table, table.key, [](const Column& column, std::size_t) {
        return sql_name(column) + " DESC";
    });
    ArchiveRow row(table.columns.size());
    soci::statement statement{sql_};
    statement.alloc();
    statement.prepare(select_from(table) + " ORDER BY " + newest + " LIMIT 1");
    for (auto& value : row) statement.exchange(soci::into(value));
    statement.define_and_bind();
    if (!statement.execute(true)) return {};
    return row;
}

void SqliteArchive::write(const ArchiveTable& table, const std::vector<ArchiveRow>& rows) {
    // A column of older versions, no longer read: see migrations.cpp.
    const bool has_search = table.name == "calls";
    ArchiveRow row(table.columns.size());
    WriteTransaction transaction{sql_};
    soci::statement statement{sql_};
    statement.alloc();
    statement.prepare("INSERT OR IGNORE INTO " + table.name + " (" +
                      names(table, table.columns.size()) + (has_search ? ", search" : "") +
                      ") VALUES (" + values(table, table.columns.size()) +
                      (has_search ? ", '')" : ")"));
    for (const auto& value : row) statement.exchange(soci::use(value));
    statement.define_and_bind();
    for (const auto& one : rows) {
        row = one;
        statement.execute(true);
    }
    transaction.commit();
}

std::string SqliteArchive::copied_from() {
    std::string source;
    sql_ << "SELECT value FROM memory WHERE bridge = '' AND name = :name", soci::into(source),
        soci::use(copied_from_name);
    return source;
}

void SqliteArchive::set_copied_from(const std::string& source) {
    WriteTransaction transaction{sql_};
    sql_ << "DELETE FROM memory WHERE bridge = '' AND name = :name", soci::use(copied_from_name);
    if (!source.empty()) {
        sql_ << "INSERT INTO memory (bridge, name, value) VALUES ('', :name, :source)",
            soci::use(copied_from_name), soci::use(source);
    }
    transaction.commit();
}

}  // namespace ringbridge::ledger::sqlite

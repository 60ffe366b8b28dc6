#include "ledger/postgres/archive.hpp"

#include "ledger/key.hpp"
#include "ledger/postgres/migrations.hpp"

namespace ringbridge::ledger::postgres {
namespace {

std::string names(const ArchiveTable& table, std::size_t count) {
    std::string names;
    for (std::size_t i = 0; i < count; ++i) {
        names += (i == 0 ? "" : ", ") + table.columns[i].name;
    }
    return names;
}

/// `$1::text[], $2::bigint[]`
std::string arrays(const ArchiveTable& table) {
    std::string arrays;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        arrays += (i == 0 ? "$" : ", $") + std::to_string(i + 1) +
                  (table.columns[i].is_number ? "::bigint[]" : "::text[]");
    }
    return arrays;
}

// What has no bridge is the ledger's own: a copy into it.
std::string select_from(const ArchiveTable& table) {
    const auto* own = table.name == "memory" ? " WHERE bridge <> ''" : " WHERE true";
    return "SELECT " + names(table, table.columns.size()) + " FROM " + table.name + own;
}

std::vector<std::string> stored(const ArchiveTable& table, const std::vector<ArchiveRow>& rows,
                                std::size_t at) {
    return column(rows, [&](const ArchiveRow& row) {
        const bool is_id = table.columns[at].name == "call_id";
        return stored_text(is_id ? key_of(CallId{row[at]}) : row[at]);
    });
}

std::vector<std::string> columns_of(const ArchiveTable& table,
                                    const std::vector<ArchiveRow>& rows) {
    std::vector<std::string> columns;
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
        columns.push_back(array_of(stored(table, rows, at)));
    }
    return columns;
}

std::vector<ArchiveRow> rows_of(const Rows& rows, std::size_t columns) {
    std::vector<ArchiveRow> read;
    for (int row = 0; row < rows.count(); ++row) {
        auto& values = read.emplace_back();
        for (std::size_t at = 0; at < columns; ++at) {
            values.push_back(rows.text(row, static_cast<int>(at)));
        }
    }
    return read;
}

}  // namespace

PostgresArchive::PostgresArchive(const Address& address) : sql_{address, Connection::Use::copying} {
    migrate_for_copy(sql_);
}

std::vector<ArchiveRow> PostgresArchive::read(const ArchiveTable& table, const ArchiveRow& after,
                                              int limit) {
    auto text = select_from(table);
    std::vector<std::string> values;
    if (!after.empty()) {
        std::string given;
        for (std::size_t at = 0; at < table.key; ++at) {
            given += (at == 0 ? "$" : ", $") + std::to_string(at + 1) +
                     (table.columns[at].is_number ? "::bigint" : "::text");
            values.push_back(stored(table, {after}, at).front());
        }
        text += " AND (" + names(table, table.key) + ") > (" + given + ')';
    }
    text += " ORDER BY " + names(table, table.key) + " LIMIT " + std::to_string(limit);
    return rows_of(sql_.run_with(text, values), table.columns.size());
}

ArchiveRow PostgresArchive::last(const ArchiveTable& table) {
    std::string newest;
    for (std::size_t i = 0; i < table.key; ++i) {
        newest += (i == 0 ? "" : ", ") + table.columns[i].name + " DESC";
    }
    auto rows = rows_of(sql_.run(select_from(table) + " ORDER BY " + newest + " LIMIT 1"),
                        table.columns.size());
    return rows.empty() ? ArchiveRow{} : std::move(rows.front());
}

void PostgresArchive::write(const ArchiveTable& table, const std::vector<ArchiveRow>& rows) {
    sql_.run_with("INSERT INTO " + table.name + " (" + names(table, table.columns.size()) +
                      ") SELECT * FROM unnest(" + arrays(table) + ") ON CONFLICT DO NOTHING",
                  columns_of(table, rows));
}

std::string PostgresArchive::copied_from() {
    std::string source;
    sql_.run("SELECT value FROM memory WHERE bridge = '' AND name = $1", copied_from_key)
        .first(source);
    return source;
}

void PostgresArchive::set_copied_from(const std::string& source) {
    if (!source.empty()) {
        sql_.run(
            "INSERT INTO memory (bridge, name, value) VALUES ('', $1, $2)"
            " ON CONFLICT DO NOTHING",
            copied_from_key, source);
        return;
    }
    // Merges that follow come after those that were copied.
    sql_.run(
        "SELECT setval(pg_get_serial_sequence('merges', 'place'),"
        " (SELECT COALESCE(MAX(place), 0) + 1 FROM merges), false)");
    sql_.run("DELETE FROM memory WHERE bridge = '' AND name = $1", copied_from_key);
}

}  // namespace ringbridge::ledger::postgres

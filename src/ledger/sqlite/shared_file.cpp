#include "ledger/sqlite/shared_file.hpp"

#include "ledger/sqlite/connection.hpp"

namespace ringbridge::ledger::sqlite {

SharedFile::SharedFile(std::string path, Database& database)
    : path_{std::move(path)}, database_{database} {}

SharedFile::~SharedFile() = default;

void SharedFile::open() {
    auto sql = std::make_unique<soci::session>();
    open_shared(*sql, path_);
    // Writes survive a kill. A power cut may lose the last ones, but lasts longer than anybody
    // needs them: so no write waits for the disk.
    *sql << "PRAGMA synchronous = NORMAL";
    *sql << "CREATE TABLE IF NOT EXISTS texts (name TEXT PRIMARY KEY, text TEXT NOT NULL)";
    sql_ = std::move(sql);
}

Task<> SharedFile::change(std::string name, std::function<std::string(const std::string&)> change) {
    co_await database_.run([&] {
        if (!sql_) open();
        WriteTransaction transaction{*sql_};
        std::string text;
        *sql_ << "SELECT text FROM texts WHERE name = :name", soci::into(text), soci::use(name);
        text = change(text);
        *sql_ << "INSERT INTO texts (name, text) VALUES (:name, :text)"
                 " ON CONFLICT (name) DO UPDATE SET text = excluded.text",
            soci::use(name), soci::use(text);
        transaction.commit();
    });
}

}  // namespace ringbridge::ledger::sqlite

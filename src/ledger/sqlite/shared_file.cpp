#include "ledger/sqlite/shared_file.hpp"

#include "ledger/sqlite/connection.hpp"

namespace ringbridge::ledger::sqlite {

SharedFile::SharedFile(std::string path) : path_{std::move(path)} {}

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

void SharedFile::change(const std::string& name,
                        const std::function<std::string(const std::string&)>& change) {
    if (!sql_) open();
    WriteTransaction transaction{*sql_};
    std::string text;
    *sql_ << "SELECT text FROM texts WHERE name = :name", soci::into(text), soci::use(name);
    text = change(text);
    *sql_ << "INSERT INTO texts (name, text) VALUES (:name, :text)"
             " ON CONFLICT (name) DO UPDATE SET text = excluded.text",
        soci::use(name), soci::use(text);
    transaction.commit();
}

SharedFileTexts::SharedFileTexts(std::shared_ptr<SharedFile> file, std::string account,
                                 Database& database)
    : file_{std::move(file)}, account_{std::move(account)}, database_{database} {}

Task<> SharedFileTexts::change(std::string name,
                               std::function<std::string(const std::string&)> change) {
    co_await database_.run([&] { file_->change(account_ + ' ' + name, change); });
}

}  // namespace ringbridge::ledger::sqlite

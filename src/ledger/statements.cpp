#include "ledger/statements.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger {

soci::statement& Statements::prepared(const std::string& text) {
    const auto [place, is_new] = kept_.try_emplace(text, sql_);
    if (is_new) {
        place->second.alloc();
        place->second.prepare(text);
    }
    return place->second;
}

Statements::Run::~Run() {
    auto* backend = static_cast<soci::sqlite3_statement_backend*>(statement.get_backend());
    sqlite_api::sqlite3_reset(backend->stmt_);
    statement.bind_clean_up();
}

}  // namespace ringbridge::ledger

#include "ledger/sqlite/statements.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

namespace ringbridge::ledger::sqlite {

soci::statement& Statements::prepared(const std::string& text) {
    const auto known = kept_.find(text);
    if (known != kept_.end()) return known->second;
    soci::statement statement{sql_};
    statement.alloc();
    statement.prepare(text);  // may throw while another process changes the file: not kept then
    return kept_.emplace(text, std::move(statement)).first->second;
}

Statements::Run::~Run() {
    auto* backend = static_cast<soci::sqlite3_statement_backend*>(statement.get_backend());
    sqlite_api::sqlite3_reset(backend->stmt_);
    statement.bind_clean_up();
}

}  // namespace ringbridge::ledger::sqlite

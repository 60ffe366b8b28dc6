#include "ledger/postgres/backend.hpp"

#include "ledger/postgres/archive.hpp"
#include "ledger/postgres/errors.hpp"
#include "ledger/postgres/migrations.hpp"
#include "ledger/postgres/shared_rows.hpp"
#include "ledger/postgres/store.hpp"

namespace ringbridge::ledger::postgres {

PostgresBackend::PostgresBackend(const Secret& url, const Secret& password)
    : address_{url, password},
      runs_{std::make_shared<Session>(address_, Connection::Use::writing)},
      people_{std::make_shared<Session>(address_, Connection::Use::reading)} {}

Opened PostgresBackend::open(Scope scope, UtcTime now) {
    if (!std::exchange(is_migrated_, true)) migrate(runs_->connection);
    const auto store = std::make_shared<PostgresStore>(runs_, std::move(scope));
    const auto reader = std::make_shared<PostgresStore>(people_, *store);
    return {store, reader, store->birth(now), ""};
}

std::unique_ptr<Archive> PostgresBackend::archive(bool) try {
    return std::make_unique<PostgresArchive>(address_);
} catch (const LedgerInUse&) {
    return nullptr;
}

std::unique_ptr<RunLock> PostgresBackend::try_lock(const std::string& name, Database& database) {
    return runs_->locks->try_lock(name, runs_->connection, database);
}

std::unique_ptr<SharedTexts> PostgresBackend::shared_texts(const std::string& account,
                                                           Database& database) {
    return std::make_unique<SharedRows>(runs_, account, database);
}

}  // namespace ringbridge::ledger::postgres

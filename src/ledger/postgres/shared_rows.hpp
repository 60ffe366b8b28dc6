// Short texts that the processes of one machine share, in a table. Private to this folder.
#pragma once

#include "ledger/postgres/store.hpp"
#include "ports/database.hpp"
#include "ports/shared_texts.hpp"

#include <memory>
#include <string>

namespace ringbridge::ledger::postgres {

class SharedRows : public SharedTexts {
  public:
    /// `account`: whose texts they are. Machines have their own: what is in them may be times on
    /// the steady clock.
    SharedRows(std::shared_ptr<Session> session, const std::string& account, Database& database);

    Task<> change(std::string name, std::function<std::string(const std::string&)> change) override;

  private:
    const std::shared_ptr<Session> session_;
    const std::string prefix_;
    Database& database_;
};

}  // namespace ringbridge::ledger::postgres

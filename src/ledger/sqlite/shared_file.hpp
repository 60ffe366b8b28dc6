// Short texts in a small file beside the ledger: short-lived state that its processes share. It may
// be deleted whenever no process runs.
#pragma once

#include "ports/database.hpp"
#include "ports/shared_texts.hpp"

#include <memory>
#include <string>

namespace soci {
class session;
}

namespace ringbridge::ledger::sqlite {

class SharedFile : public SharedTexts {
  public:
    /// Opened on first use.
    SharedFile(std::string path, Database& database);
    ~SharedFile() override;

    Task<> change(std::string name, std::function<std::string(const std::string&)> change) override;

  private:
    void open();

    const std::string path_;
    Database& database_;
    std::unique_ptr<soci::session> sql_;
};

}  // namespace ringbridge::ledger::sqlite

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

/// To be used on one thread.
class SharedFile {
  public:
    /// Opened on first use.
    explicit SharedFile(std::string path);
    ~SharedFile();

    void change(const std::string& name,
                const std::function<std::string(const std::string&)>& change);

  private:
    void open();

    const std::string path_;
    std::unique_ptr<soci::session> sql_;
};

/// One account's: all of a process are in one file, which takes memory and descriptors.
class SharedFileTexts : public SharedTexts {
  public:
    SharedFileTexts(std::shared_ptr<SharedFile> file, std::string account, Database& database);

    Task<> change(std::string name, std::function<std::string(const std::string&)> change) override;

  private:
    const std::shared_ptr<SharedFile> file_;
    const std::string account_;
    Database& database_;
};

}  // namespace ringbridge::ledger::sqlite

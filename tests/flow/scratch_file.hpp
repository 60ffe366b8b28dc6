// A file for one test.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace ringbridge::tests {

/// A file that is deleted with its owner.
class ScratchFile {
  public:
    ScratchFile() {
        auto pattern = (std::filesystem::temp_directory_path() / "ringbridge-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        path_ = folder_ + "/ledger.db";
    }
    ~ScratchFile() { std::filesystem::remove_all(folder_); }
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    const std::string& path() const { return path_; }
    void remove() const {
        for (const auto* ending : {"", "-wal", "-shm", ".lock", ".123.lock", ".999.lock"}) {
            std::filesystem::remove(path_ + ending);
        }
    }

  private:
    std::string folder_;
    std::string path_;
};

}  // namespace ringbridge::tests

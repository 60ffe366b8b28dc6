#include "ledger/run_lock.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>
#include <utility>

namespace ringbridge::ledger {

std::optional<RunLock> RunLock::try_take(const std::string& ledger_path) {
    constexpr int nothing = -1;
    if (ledger_path == ":memory:") return RunLock{nothing};
    const auto path = ledger_path + ".lock";
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) throw std::runtime_error{"cannot open " + path + ": " + std::strerror(errno)};
    if (::flock(file, LOCK_EX | LOCK_NB) == 0) return RunLock{file};
    ::close(file);
    return std::nullopt;
}

RunLock::RunLock(RunLock&& other) noexcept : file_{std::exchange(other.file_, -1)} {}

RunLock::~RunLock() {
    if (file_ >= 0) ::close(file_);
}

}  // namespace ringbridge::ledger

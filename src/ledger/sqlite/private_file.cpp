#include "ledger/sqlite/private_file.hpp"

#include "core/stop.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace ringbridge::ledger::sqlite {
namespace {

constexpr mode_t others = 077;

bool is_special_name(const std::string& path) {
    return path == in_memory || path.starts_with("file:");
}

[[noreturn]] void refuse(const std::string& path) {
    throw CannotStart{"cannot open the ledger " + path + ": " + std::strerror(errno) +
                      "; set DATABASE_URL=sqlite:PATH to a writable file"};
}

// Works on the path and opens nothing, as does all below for an existing file: POSIX drops each
// lock that a process has on a file as soon as it closes any descriptor of it, and SQLite's locks
// are of that kind.
std::string remove_others_access(const std::string& path) {
    struct stat found{};
    if (::stat(path.c_str(), &found) != 0) return {};
    if (!S_ISREG(found.st_mode) || (found.st_mode & others) == 0) return {};
    if (::chmod(path.c_str(), 0600) == 0) return {};
    return "other users may read or write " + path +
           ", and its mode cannot be changed: " + std::strerror(errno) +
           "; run as its owner: chmod 0600 " + path;
}

}  // namespace

bool is_there(const std::string& path) {
    return is_special_name(path) || ::access(path.c_str(), F_OK) == 0;
}

std::string make_private(const std::string& path) {
    if (is_special_name(path)) return {};
    const int made = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (made >= 0) {
        ::close(made);
        return {};
    }
    if (errno != EEXIST) refuse(path);
    auto why_not = remove_others_access(path);
    if (::access(path.c_str(), R_OK | W_OK) != 0) refuse(path);
    return why_not;
}

std::string make_ledger_private(const std::string& path) {
    auto why_not = make_private(path);
    if (is_special_name(path)) return why_not;
    for (const auto* ending : {"-wal", "-shm", ".lock"}) {
        auto also = remove_others_access(path + ending);
        if (why_not.empty()) why_not = std::move(also);
    }
    return why_not;
}

std::string path_beside(const std::string& ledger_path, const std::string& account,
                        const std::string& ending) {
    if (ledger_path == in_memory) return ledger_path;
    const auto added = (account.empty() ? "" : '.' + account) + '.' + ending;
    const auto end = ledger_path.starts_with("file:") ? ledger_path.find('?') : std::string::npos;
    if (end == std::string::npos) return ledger_path + added;
    return ledger_path.substr(0, end) + added + ledger_path.substr(end);
}

}  // namespace ringbridge::ledger::sqlite

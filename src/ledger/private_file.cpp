#include "ledger/private_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <unistd.h>

namespace ringbridge::ledger {

void create_private_file(const std::string& path) {
    if (path == ":memory:" || path.starts_with("file:")) return;
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        throw std::runtime_error{"cannot open the ledger " + path + ": " + std::strerror(errno) +
                                 "; set DATABASE_URL=sqlite:PATH to a file that can be written"};
    }
    ::close(file);
}

}  // namespace ringbridge::ledger

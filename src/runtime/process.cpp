#include "runtime/process.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <sys/resource.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace ringbridge::runtime {

Environment process_environment() {
    Environment environment;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string text{*entry};
        const auto equals = text.find('=');
        if (equals != std::string::npos) {
            environment.emplace(text.substr(0, equals), text.substr(equals + 1));
        }
    }
    return environment;
}

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

void leave_no_core_file() {
    const rlimit none{0, 0};
    // Lowering a limit is always allowed.
    (void)setrlimit(RLIMIT_CORE, &none);
}

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

bool is_readable_by_all(const std::string& path) {
    struct stat found{};
    return ::stat(path.c_str(), &found) == 0 && (found.st_mode & S_IROTH) != 0;
}

std::expected<std::string, std::string> read_file(const std::string& path) {
    const auto why_not = [] { return std::unexpected{std::generic_category().message(errno)}; };
    errno = 0;
    std::ifstream file{path, std::ios::binary};
    if (!file) return why_not();
    std::ostringstream text;
    // A directory opens; only reading it fails.
    if (file.peek() != std::ifstream::traits_type::eof()) text << file.rdbuf();
    if (file.bad() || text.bad() || errno == EISDIR) return why_not();
    return std::move(text).str();
}

std::expected<void, std::string> write_file(const std::string& path, const std::string& text) {
    errno = 0;
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << text << std::flush;
    if (!file) return std::unexpected{std::generic_category().message(errno)};
    return {};
}

}  // namespace ringbridge::runtime

// Settings, from the environment and a YAML file at once: an input is lines of `NAME=value`, then a
// line `---`, then the file.
#include "runtime/settings.hpp"

#include "core/check.hpp"
#include "runtime/settings_catalog.hpp"

#include <cstdint>
#include <sstream>

namespace {

using namespace ringbridge;

struct Given {
    runtime::Environment environment;
    std::optional<std::string> file;
};

Given split(std::string text) {
    Given given;
    std::istringstream lines{std::move(text)};
    for (std::string line; std::getline(lines, line);) {
        if (line == "---") {
            given.file = std::string{std::istreambuf_iterator<char>{lines}, {}};
            break;
        }
        const auto equals = line.find('=');
        if (equals != std::string::npos) {
            given.environment[line.substr(0, equals)] = line.substr(equals + 1);
        }
    }
    return given;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto given = split({reinterpret_cast<const char*>(data), size});
    const auto settings = runtime::read_settings(
        given.environment, given.file,
        [](const std::string& path) -> std::expected<std::string, std::string> {
            if (path.empty()) return std::unexpected{"no such file"};
            return path;
        });
    check(settings ? !settings->empty() : !settings.error().empty(),
          "there is a bridge, or a reason why there is none");
    (void)runtime::settings_in_force(given.environment, given.file);
    return 0;
}

// A profile is a file that operators write: whatever stands in it, it is read or refused in words.
#include "receptionist/profile.hpp"

#include "core/check.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ringbridge;
    const auto profile =
        receptionist::parse_profile(std::string{reinterpret_cast<const char*>(data), size});
    check(profile.has_value() || !profile.error().empty(), "what is refused has a reason");
    return 0;
}

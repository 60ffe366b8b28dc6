// Operators write profiles: whatever one contains, it is parsed or refused with a reason.
#include "receptionist/profile.hpp"

#include "core/check.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ringbridge;
    const auto profile =
        receptionist::parse_profile(std::string{reinterpret_cast<const char*>(data), size});
    check(profile.has_value() || !profile.error().empty(), "a refusal has a reason");
    return 0;
}

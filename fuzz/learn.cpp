// A recording as any browser or person may have left it: a profile that parses, or a sentence.
#include "learn/learn.hpp"

#include "core/check.hpp"
#include "receptionist/profile.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ringbridge;
    const auto learned = learn::learn({reinterpret_cast<const char*>(data), size});
    if (!learned) {
        check(!learned.error().empty(), "a refusal has a reason");
        check(!learned.error().contains("not valid"), "a profile that is written is valid");
    } else {
        check(receptionist::parse_profile(learned->profile).has_value(), "it is valid");
    }
    return 0;
}

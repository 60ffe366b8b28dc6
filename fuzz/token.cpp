// A JWT as a site may issue it or a person paste it, and the text that stores its state.
#include "core/check.hpp"
#include "receptionist/session_codec.hpp"
#include "receptionist/token_state.hpp"

#include <cstdint>

namespace {

using namespace ringbridge;
using namespace ringbridge::receptionist;

void use(const TokenState& state) {
    static const Profile profile = builtin_profile("goodcall");
    (void)refresh_due_at(profile, state);
    (void)cooldown_until(state, UtcTime{Milliseconds{1'775'991'845'000}});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text{reinterpret_cast<const char*>(data), size};
    const auto times = read_token_times(text);
    use({.token = Secret{text}, .expires_at = times.expires_at, .issued_at = times.issued_at});
    if (const auto kept = decode_state(text)) {
        use(*kept);
        check(decode_state(encode_state(*kept)) == kept, "a stored state is read back unchanged");
    }
    return 0;
}

// A webhook as a stranger may send it: header lines, an empty line, a body. Each built-in profile
// judges its signature; then its event is read as if it had been right.
#include "core/check.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/event.hpp"
#include "receptionist/signature.hpp"
#include "sim/world/fake_vault.hpp"

#include <cstdint>
#include <string_view>

namespace {

using namespace ringbridge;

struct Sent {
    Headers headers;
    std::string body;
};

Sent sent(std::string_view text) {
    Sent sent;
    for (;;) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(text.size(), line.size() + 1));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) break;
        sent.headers.push_back(
            {std::string{line.substr(0, colon)}, std::string{line.substr(colon + 1)}});
    }
    sent.body = text;
    return sent;
}

std::vector<receptionist::Profile> senders() {
    std::vector<receptionist::Profile> profiles;
    for (const auto& name : receptionist::builtin_profile_names()) {
        auto profile = receptionist::builtin_profile(name);
        if (profile.webhook) profiles.push_back(std::move(profile));
    }
    return profiles;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto profiles = senders();
    static const sim::FakeVault vault;
    constexpr UtcTime now{Milliseconds{1'795'392'000'000}};
    const auto [headers, body] = sent({reinterpret_cast<const char*>(data), size});
    for (const auto& profile : profiles) {
        const auto fault = receptionist::fault_in_signature(
            {.headers = headers, .body = body}, *profile.webhook, {Secret{"fuzz"}}, vault, now);
        check(!fault || !fault->contains("fuzz"), "a refusal does not show the secret");
        const auto event = receptionist::read_event(body, *profile.webhook);
        if (const auto* call = std::get_if<receptionist::CallEvent>(&event)) {
            (void)receptionist::read_record(call->record, profile.mapping);
            (void)receptionist::id_of_record(call->record, profile.mapping);
        }
    }
    return 0;
}

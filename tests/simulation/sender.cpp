#include "tests/simulation/sender.hpp"

#include "sim/world/fake_vault.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace ringbridge::simulation {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::string hex(const std::string& bytes) {
    std::string text;
    for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
    return text;
}

// With blanks, as some platforms write it.
std::string event_of(const std::string& record, UtcTime at) {
    return json{{"event", "call_ended"}, {"at", to_unix_ms(at)}, {"call", json::parse(record)}}
        .dump(1);
}

}  // namespace

void Sender::send(std::string record, bool insists) {
    if (!setting_.scenario.disturbers.contains(Disturber::pushed)) return;
    const auto now = setting_.world.now();
    auto& latency = setting_.random(Disturber::pushed);
    ++setting_.injected[Disturber::pushed];
    if (setting_.injects(Disturber::event_forged, 300)) forge(record);
    last_event_at_ = std::max(now, last_event_at_ + 1ms);
    const auto event = event_of(setting_.site.shaped(record), last_event_at_);
    if (!insists && setting_.injects(Disturber::event_lost, 300)) return;
    auto moment = now + latency.between(0ms, 3s);
    if (setting_.injects(Disturber::event_delayed, 400)) {
        moment += setting_.random(Disturber::event_delayed).between(1s, 3h);
    }
    send_at(moment, event, insists);
    if (!setting_.injects(Disturber::event_doubled, 300)) return;
    send_at(moment + setting_.random(Disturber::event_doubled).between(0ms, 1h), event, false);
}

void Sender::send_at(UtcTime moment, std::string event, bool insists) {
    setting_.world.at(moment,
                      [this, event = std::move(event), insists] { deliver(event, insists); });
}

// A process that dies meanwhile gives no answer.
void Sender::deliver(std::string event, bool insists) {
    constexpr Milliseconds until_sent_again = 30s;
    if (insists) {
        setting_.world.at(setting_.world.now() + until_sent_again, [this, event] {
            if (!accepted_.contains(event)) deliver(event, true);
        });
    }
    auto headers = signature_of(event, std::string{webhook_secret});
    machine_.receive_webhook(
        {.method = "POST", .url = "", .headers = std::move(headers), .body = event},
        [this, event](const HttpResponse& response) {
            setting_.note("sender", fmt::format("is answered {}", response.status));
            if (response.status == 200) accepted_.insert(event);
        });
}

// Somebody who does not know the secret says that the call was much longer.
void Sender::forge(const std::string& record) {
    auto forged = json::parse(record);
    forged["durationSeconds"] = 99'999;
    forged["summary"] = "Forged.";
    const auto event = event_of(forged.dump(), setting_.world.now() + 1min);
    machine_.receive_webhook(
        {.method = "POST", .url = "", .headers = signature_of(event, "guessed"), .body = event},
        [](const HttpResponse& response) {
            if (response.status == 401) return;
            throw Violation{"what is not signed is refused", response.body};
        });
}

Headers Sender::signature_of(const std::string& event, const std::string& secret) const {
    const auto time = std::to_string(to_unix_ms(setting_.world.now()));
    const auto digest = sim::FakeVault{}.hmac_sha256(secret, time + "." + event);
    return {{"Signature", "t=" + time + ",v0=" + hex(digest)}};
}

}  // namespace ringbridge::simulation

#include "admin/webhook_door.hpp"

#include "admin/responses.hpp"
#include "api/views.hpp"
#include "core/match.hpp"

namespace ringbridge::admin {
namespace {

// Of all bodies together; a parsed one takes several times its size.
constexpr std::size_t bytes_in_hand_max = 128 * 1024 * 1024;
// Half of the connections that the server has: the others are for people.
constexpr int events_in_hand_max = 256;

HttpResponse try_again(const std::string& code, const std::string& message) {
    auto response = error_response(503, code, message);
    response.headers.push_back({"Retry-After", "5"});
    return response;
}

HttpResponse not_here(const std::string& address) {
    return error_response(404, "not_found",
                          "no webhooks are accepted at /webhooks/" + address +
                              ": the address is /webhooks/PLATFORM, or with several bridges of one "
                              "platform /webhooks/PLATFORM/BRIDGE, and the bridge needs a "
                              "WEBHOOK_SECRET");
}

std::string state_in(const std::optional<ledger::Entry>& entry) {
    // Of records without an id only some are kept: the rest is counted.
    return entry ? api::state_of(*entry) : "parked";
}

bool is_finished(const std::optional<ledger::Entry>& entry) {
    return !entry || entry->stage == ledger::Stage::done || entry->stage == ledger::Stage::parked ||
           entry->stage == ledger::Stage::dismissed;
}

Task<HttpResponse> kept(const api::Served* served, CallId call_id) {
    const auto entry = co_await served->service.bridge().ledger().find(call_id);
    if (!is_finished(entry)) co_await served->service.carry_soon(call_id);
    co_return json_response(200, api::received_view(call_id, state_in(entry)));
}

Task<HttpResponse> refused(int status, const char* code, std::string why) {
    co_return error_response(status, code, why);
}

Task<HttpResponse> ignored() { co_return json_response(200, api::ignored_view()); }

}  // namespace

// Without a bridge's name, the platform's only one.
const api::Served* WebhookDoor::bridge_at(const std::string& address) const {
    const auto platform = address.substr(0, address.find('/'));
    const api::Served* found = nullptr;
    for (const auto& served : bridges_) {
        if (served.service.bridge().receptionist().profile().name != platform) continue;
        if (platform + '/' + served.name == address) return &served;
        if (platform != address) continue;
        if (found != nullptr) return nullptr;
        found = &served;
    }
    return found;
}

Task<HttpResponse> WebhookDoor::answer(Asked asked) {
    const auto* served = bridge_at(asked.id);
    if (served == nullptr || !served->service.bridge().push().is_on()) {
        co_return not_here(asked.id);
    }
    const auto bytes = asked.request.body.size();
    if (bytes_in_hand_ + bytes > bytes_in_hand_max || events_in_hand_ == events_in_hand_max) {
        served->service.bridge().push().note_too_busy();
        co_return try_again("too_busy", "too much arrives at once; send it again in a moment");
    }
    bytes_in_hand_ += bytes;
    ++events_in_hand_;
    HttpResponse response;
    try {
        response = co_await receive(served, std::move(asked));
    } catch (const std::exception&) {
        response = try_again("not_kept", "the ledger cannot keep this now; send it again later");
    }
    bytes_in_hand_ -= bytes;
    --events_in_hand_;
    co_return response;
}

Task<HttpResponse> WebhookDoor::receive(const api::Served* served, Asked asked) {
    auto& push = served->service.bridge().push();
    auto reception =
        co_await push.take(std::move(asked.request.headers), std::move(asked.request.body));
    co_return co_await match(
        std::move(reception),
        [](bridge::BadSignature bad) { return refused(401, "bad_signature", std::move(bad.why)); },
        [](bridge::NotJson bad) { return refused(400, "not_json", std::move(bad.why)); },
        [](bridge::Ignored) { return ignored(); },
        [&](bridge::Kept call) { return kept(served, std::move(call.call_id)); });
}

}  // namespace ringbridge::admin

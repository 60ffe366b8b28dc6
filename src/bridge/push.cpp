#include "bridge/push.hpp"

#include "core/match.hpp"
#include "receptionist/never_keep.hpp"
#include "receptionist/signature.hpp"

#include <algorithm>

namespace ringbridge::bridge {
namespace {

using receptionist::CallEvent;
using receptionist::NoJson;
using receptionist::OtherEvent;

const char* outcome_of(const Reception& reception) {
    return match(
        reception, [](const BadSignature&) { return "bad_signature"; },
        [](const NotJson&) { return "not_json"; }, [](const Ignored&) { return "ignored"; },
        [](const Kept&) { return "kept"; });
}

// What the profile's signatures cover of a call's record.
std::vector<std::string> covered_names(const receptionist::Webhook& webhook) {
    std::vector<std::string> names;
    for (const auto& signature : webhook.signatures) {
        for (auto& name :
             receptionist::placeholders_in(signature.covers).value_or(std::vector<std::string>{})) {
            if (name.starts_with("record.")) names.push_back(std::move(name));
        }
    }
    return names;
}

}  // namespace

Push::Push(receptionist::Receptionist& receptionist, ledger::Ledger& ledger, Intake& intake,
           Clock& clock, Log& log, WebhookKeys keys)
    : receptionist_{receptionist},
      ledger_{ledger},
      clock_{clock},
      log_{log},
      intake_{intake},
      webhook_{receptionist.profile().webhook.value_or(receptionist::Webhook{})},
      keys_{std::move(keys)} {}

Task<Reception> Push::take(Headers headers, std::string body) {
    try {
        auto reception = co_await judge(std::move(headers), std::move(body));
        ++events_[outcome_of(reception)];
        if (const auto* bad = std::get_if<BadSignature>(&reception)) {
            log_refusal(bad->why);
        }
        co_return reception;
    } catch (const std::exception& error) {
        ++events_["not_kept"];
        log_.warn("webhook_not_kept", {{"why", error.what()}});
        throw;
    }
}

// Anybody may be refused as often as they like: that must not fill the log.
void Push::log_refusal(const std::string& why) {
    constexpr Milliseconds between_lines = std::chrono::seconds{10};
    ++refused_unlogged_;
    if (clock_.steady() < next_refusal_logged_) return;
    log_.warn("webhook_refused", {{"why", why}, {"times", std::to_string(refused_unlogged_)}});
    refused_unlogged_ = 0;
    next_refusal_logged_ = clock_.steady() + between_lines;
}

// Bytes first: what nobody signed is not read. Where only the call's id is signed, it has to be.
Task<Reception> Push::judge(Headers headers, std::string body) {
    const bool believed = webhook_.is_believed();
    if (believed) {
        if (auto fault = fault_in(headers, body, {})) co_return BadSignature{std::move(*fault)};
        last_event_ = clock_.now();
    }
    auto event = receptionist::read_event(body, webhook_);
    if (auto* no_json = std::get_if<NoJson>(&event)) co_return NotJson{std::move(no_json->why)};
    auto* of_call = std::get_if<CallEvent>(&event);
    if (!believed) {
        const auto record =
            of_call ? receptionist::values_of_record(of_call->record, covered_names(webhook_))
                    : receptionist::Values{};
        if (auto fault = fault_in(headers, body, record)) co_return BadSignature{std::move(*fault)};
        last_event_ = clock_.now();
    }
    if (std::holds_alternative<OtherEvent>(event)) co_return Ignored{};
    if (of_call == nullptr) co_return co_await keep(std::get<UnreadableRecord>(std::move(event)));
    co_return believed ? co_await keep(std::move(*of_call)) : co_await ask(std::move(*of_call));
}

std::optional<std::string> Push::fault_in(const Headers& headers, const std::string& body,
                                          receptionist::Values record) const {
    return receptionist::fault_in_signature(
        {.headers = headers, .body = body, .record = std::move(record)}, webhook_, keys_.secrets,
        keys_.vault, clock_.now());
}

// What must not be kept is taken out first.
std::string Push::kept_of(const std::string& body) const {
    return receptionist::without_unkept(body, receptionist_.profile().mapping.never_keep);
}

Task<Reception> Push::keep(CallEvent event) {
    auto record = receptionist::read_record(event.record, receptionist_.profile().mapping);
    if (auto* unreadable = std::get_if<UnreadableRecord>(&record)) {
        co_return co_await keep(std::move(*unreadable));
    }
    auto& call = std::get<Call>(record);
    call.event = event.age;
    co_return co_await keep(std::move(call), kept_of(event.record));
}

Task<Reception> Push::keep(Call call, std::string record) {
    auto id = call.id;
    call.pushed = true;
    co_await intake_.take_sent({.calls = {std::move(call)}, .records = {{std::move(record), {}}}});
    co_return Kept{std::move(id)};
}

Task<Reception> Push::keep(UnreadableRecord record) {
    auto id = record.key;
    record.raw = kept_of(record.raw);
    log_.warn("webhook_not_understood", {{"call", id.text}, {"why", record.why}});
    co_await intake_.take_sent({.unreadable = {std::move(record)}});
    co_return Kept{std::move(id)};
}

// Anybody may have written the rest of such an event: only the platform's own API is believed, and
// while it cannot be asked the call waits.
Task<Reception> Push::ask(CallEvent event) {
    auto call = co_await receptionist_.read_call(event.record, receptionist::Patience::one_try);
    if (call) co_return co_await keep(std::move(*call), "");
    if (call.error().not_found) co_return Ignored{};
    auto id = receptionist::id_of_record(event.record, receptionist_.profile().mapping);
    if (id.empty()) co_return Ignored{};
    log_.warn("webhook_call_not_read", {{"call", id.text}, {"why", call.error().why}});
    co_await ledger_.keep_for_detail({id, kept_of(event.record), ""}, clock_.now());
    co_return Kept{std::move(id)};
}

}  // namespace ringbridge::bridge

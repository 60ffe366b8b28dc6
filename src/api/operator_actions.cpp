#include "api/operator_actions.hpp"

namespace ringbridge::api {
namespace {

using ledger::Entry;
using ledger::Stage;
using Kind = Refusal::Kind;

Refusal unreadable() {
    return {Kind::conflict, "unreadable",
            "the record could not be understood; fix the profile's mapping and it is read again"};
}

Refusal unusable(PhoneError why) {
    return {Kind::invalid, "unusable_number",
            std::string{to_sentence(why)} + "; write it like +1 571 830 8515"};
}

// Why it is too late to change the call.
Refusal too_late(const Entry& entry) {
    if (entry.stage == Stage::writing) {
        return {Kind::conflict, "being_written",
                "the call is being written to HubSpot; check again in a minute"};
    }
    return {Kind::conflict, "already_synced",
            "the call is already in HubSpot, as activity " + entry.activity_id.text +
                " of contact " + entry.contact_id.text + "; move or delete it there"};
}

}  // namespace

Task<OperatorActions::Outcome> OperatorActions::find(CallId call_id) {
    auto entry = co_await ledger_.find(call_id);
    if (!entry)
        co_return std::unexpected{
            Refusal{Kind::not_found, "not_found", "there is no call " + call_id.text}};
    co_return std::move(*entry);
}

Task<OperatorActions::Outcome> OperatorActions::retry(CallId call_id) {
    const bool retried = co_await ledger_.retry(call_id);
    auto call = co_await find(std::move(call_id));
    if (retried || !call) co_return call;
    if (call->unreadable) co_return std::unexpected{unreadable()};
    co_return std::unexpected{
        Refusal{Kind::conflict, "not_retryable", "the call is not waiting for anything"}};
}

Task<OperatorActions::Outcome> OperatorActions::dismiss(CallId call_id, std::string reason) {
    const bool dismissed = co_await ledger_.dismiss(call_id, std::move(reason));
    auto call = co_await find(std::move(call_id));
    if (dismissed || !call) co_return call;
    co_return std::unexpected{too_late(*call)};
}

Task<OperatorActions::Outcome> OperatorActions::give_number(CallId call_id, std::string phone) {
    const auto number = parse_phone(phone, region_);
    if (!number) co_return std::unexpected{unusable(number.error())};
    const bool given = co_await ledger_.give_number(call_id, to_text(*number));
    auto call = co_await find(std::move(call_id));
    if (given || !call) co_return call;
    if (call->unreadable) co_return std::unexpected{unreadable()};
    co_return std::unexpected{too_late(*call)};
}

Task<std::expected<int, Refusal>> OperatorActions::forget(std::string phone, UtcTime now) {
    const auto number = parse_phone(phone, region_);
    if (!number) co_return std::unexpected{unusable(number.error())};
    const auto [calls, unfinished] = co_await ledger_.forget_caller(*number, region_, now);
    if (unfinished == 0) co_return calls;
    co_return std::unexpected{
        Refusal{Kind::conflict, "in_hand",
                "nothing was forgotten: " + std::to_string(unfinished) +
                    " of the caller's calls are on their way to HubSpot, or were written there in "
                    "the last two minutes; retry when they are done, or dismiss them first"}};
}

}  // namespace ringbridge::api

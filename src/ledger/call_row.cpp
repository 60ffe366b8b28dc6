#include "ledger/call_row.hpp"

#include "ledger/call_codec.hpp"
#include "ledger/moment.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::ledger {
namespace {

constexpr std::array stages{Stage::seen, Stage::matched, Stage::writing,  Stage::written,
                            Stage::done, Stage::parked,  Stage::dismissed};

}  // namespace

Stage stage_of(const std::string& text) {
    return *std::ranges::find(stages, text, [](Stage stage) { return to_string(stage); });
}

Call CallRow::call() const {
    if (payload.empty()) return {.id = CallId{call_id}, .called_at = from_unix_ms(called_at)};
    auto call = decode_call(payload);
    if (!given_phone.empty()) call.caller_phone = given_phone;
    return call;
}

Entry CallRow::entry() const {
    return {.call = call(),
            .unreadable = payload.empty() && !raw.empty(),
            .raw = raw,
            .stage = stage_of(stage),
            .reason = reason,
            .given_phone = given_phone,
            .phone = {phone, extension},
            .contact_id = ContactId{contact_id},
            .activity_id = ActivityId{activity_id},
            .leaving = ContactId{leaving},
            .found = found != 0,
            .attempts = attempts,
            .seen_at = from_unix_ms(seen_at),
            .placed_at = from_unix_ms(called_at),
            .synced_at = moment(synced_at),
            .not_before = moment(not_before),
            .tried_at = moment(tried_at)};
}

}  // namespace ringbridge::ledger

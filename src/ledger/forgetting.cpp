#include "ledger/forgetting.hpp"

#include "ledger/search.hpp"

namespace ringbridge::ledger {

bool is_of(const Entry& entry, const PhoneNumber& number, const std::string& region) {
    if (!entry.phone.e164.empty()) return entry.phone.e164 == number.e164;
    if (!entry.raw.empty()) return searchable(entry.raw).contains(last_digits(number));
    const auto read = parse_phone(entry.call.caller_phone, region);
    return read && read->e164 == number.e164;
}

bool is_in_hand(const Entry& entry, UtcTime now) {
    // HubSpot's search does not show a new contact at once: until then only the ledger knows it.
    constexpr Milliseconds until_found = std::chrono::minutes{2};
    if (entry.synced_at && now < *entry.synced_at + until_found) return true;
    return entry.stage != Stage::done && entry.stage != Stage::parked &&
           entry.stage != Stage::dismissed;
}

}  // namespace ringbridge::ledger

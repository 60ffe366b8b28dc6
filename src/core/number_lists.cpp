#include "core/number_lists.hpp"

namespace ringbridge {

std::string_view why_left_alone(const PhoneNumber& number, const NumberLists& lists) {
    if (lists.block.contains(number.e164)) return "the caller's number is in BLOCK_NUMBERS";
    if (!lists.allow.empty() && !lists.allow.contains(number.e164)) {
        return "the caller's number is not in ALLOW_NUMBERS";
    }
    return {};
}

}  // namespace ringbridge

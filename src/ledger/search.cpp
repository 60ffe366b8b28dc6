#include "ledger/search.hpp"

#include "core/text.hpp"

#include <algorithm>

namespace ringbridge::ledger {

std::string searchable(std::string_view text) {
    auto kept = lower_case(std::string{text});
    std::erase_if(kept, [](char c) { return std::string_view{" ()-.+"}.contains(c); });
    return kept;
}

bool is_indexed(const std::string& searchable_text) {
    const auto begins_character = [](char c) { return (c & 0xC0) != 0x80; };
    return std::ranges::count_if(searchable_text, begins_character) >= 3 &&
           !searchable_text.contains('\0');
}

std::string searched_text(const Call& call) {
    return searchable(call.id.text + '\n' + call.caller_name + '\n' + call.caller_phone);
}

std::string last_digits(const PhoneNumber& number) {
    constexpr std::size_t enough = 7;
    const auto digits = searchable(number.e164);
    return digits.size() <= enough ? digits : digits.substr(digits.size() - enough);
}

}  // namespace ringbridge::ledger

#include "sim/hubspot/phones.hpp"

#include <phonenumbers/phonenumberutil.h>

namespace ringbridge::sim {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

struct Calculated {
    std::string national;       // digits without country code
    std::string international;  // digits with it
    std::string shown;          // hs_calculated_…: +1…
};

std::string digits_of(const std::string& text) {
    std::string digits;
    for (const char c : text) {
        if (c >= '0' && c <= '9') digits += c;
    }
    return digits;
}

std::string without_leading_zeros(std::string digits) {
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
    return digits;
}

// HubSpot drops leading zeros of what it cannot read as a number: "00004" is searched as "4".
Calculated unreadable(const std::string& text) {
    const auto digits = without_leading_zeros(digits_of(text));
    return {.national = digits, .international = digits, .shown = {}};
}

Calculated calculate(const std::string& text) {
    const auto& util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    if (util.Parse(text, "US", &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
        !util.IsPossibleNumber(number)) {
        return unreadable(text);
    }
    number.clear_extension();
    std::string shown;
    util.Format(number, PhoneNumberUtil::E164, &shown);
    Calculated result{.national = {}, .international = digits_of(shown), .shown = shown};
    util.GetNationalSignificantNumber(number, &result.national);
    // Unconfirmed: how HubSpot splits numbers from outside North America. Here only the country
    // code is removed: a 1 before Mexican mobile numbers, 15 within Argentine ones.
    const auto country = '+' + std::to_string(number.country_code());
    if (country != "+1" && text.starts_with(country)) {
        result.national = without_leading_zeros(digits_of(text.substr(country.size())));
    }
    return result;
}

void set(std::map<std::string, std::string>& properties, const std::string& name,
         const std::string& value) {
    if (value.empty()) {
        properties.erase(name);
    } else {
        properties[name] = value;
    }
}

}  // namespace

void calculate_phones(std::map<std::string, std::string>& properties) {
    for (const auto& [source, kind] : {std::pair{"phone", "phone"}, {"mobilephone", "mobile"}}) {
        const auto typed = properties.find(source);
        const auto value = typed == properties.end() ? Calculated{} : calculate(typed->second);
        const std::string suffix = std::string{kind} + "_number";
        set(properties, "hs_calculated_" + suffix, value.shown);
        set(properties, "hs_searchable_calculated_" + suffix, value.national);
        set(properties, "hs_searchable_calculated_international_" + suffix, value.international);
    }
}

}  // namespace ringbridge::sim

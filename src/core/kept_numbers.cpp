#include "core/kept_numbers.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge {
namespace {

std::vector<std::string> room_for_numbers(const Mapping& mapping) {
    std::vector<std::string> names{"mobilephone"};
    std::ranges::copy(mapping.phone_properties, std::back_inserter(names));
    std::erase(names, "phone");
    return names;
}

// Without `but`.
std::set<std::string> numbers_in(const Properties& contact, const Mapping& mapping,
                                 std::string_view but = {}) {
    auto names = room_for_numbers(mapping);
    names.emplace_back("phone");
    std::set<std::string> numbers;
    for (const auto& name : names) {
        if (name == but) continue;
        for (auto& number : find_phones(value_of(contact, name), mapping.region)) {
            numbers.insert(std::move(number.e164));
        }
    }
    return numbers;
}

bool has_room(const std::string& property, const Properties& contact, const Mapping& mapping) {
    const auto value = value_of(contact, property);
    if (value.empty()) return true;
    const auto others = numbers_in(contact, mapping, property);
    const auto here = find_phones(value, mapping.region);
    return !here.empty() && std::ranges::all_of(here, [&](const PhoneNumber& number) {
        return others.contains(number.e164);
    });
}

}  // namespace

bool keeps_numbers(const std::string& property, const Mapping& mapping) {
    const auto names = room_for_numbers(mapping);
    return std::ranges::find(names, property) != names.end();
}

bool is_number_lacking(const std::string& property, const std::string& number,
                       const Properties& contact, const Mapping& mapping) {
    return !numbers_in(contact, mapping).contains(number) && has_room(property, contact, mapping);
}

Properties keep_number(const PhoneNumber& number, const Properties& survivor,
                       const Mapping& mapping) {
    if (!is_number_lacking("mobilephone", number.e164, survivor, mapping)) return {};
    return {{"mobilephone", number.e164}};
}

Properties keep_numbers(Properties survivor, const Properties& loser, const Mapping& mapping) {
    Properties kept;
    for (const auto& number : numbers_in(loser, mapping)) {
        for (const auto& property : room_for_numbers(mapping)) {
            if (!is_number_lacking(property, number, survivor, mapping)) continue;
            survivor[property] = kept[property] = number;
            break;
        }
    }
    return kept;
}

}  // namespace ringbridge

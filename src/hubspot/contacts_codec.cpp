// The JSON of contacts.hpp: one search for as many callers as the limits allow.
#include "hubspot/contacts.hpp"
#include "hubspot/json_codec.hpp"

#include <algorithm>

namespace ringbridge::hubspot {
namespace {

// HubSpot's limit is 3,000; a margin in case it counts differently.
constexpr std::size_t body_chars_max = 2'900;
// With a contact or two per number, one page of results is enough.
constexpr std::size_t numbers_max = 60;
// Two fields of at most four groups of digits each, and a search allows 18 filters in total.
constexpr std::size_t numbers_within_max = 2;

json in_group(const char* property, const json& values) {
    return {{"filters",
             json::array({{{"propertyName", property}, {"operator", "IN"}, {"values", values}}})}};
}

json within_group(const char* property, const PhoneNumber& number) {
    json filters = json::array();
    for (const auto& digits : last_groups(number)) {
        filters.push_back({{"propertyName", property},
                           {"operator", "CONTAINS_TOKEN"},
                           {"value", '*' + digits + '*'}});
    }
    return {{"filters", std::move(filters)}};
}

json groups_of_fields(std::span<const PhoneNumber> numbers, bool with_calculated) {
    json written = json::array();
    json national = json::array();
    for (const auto& number : numbers) {
        for (const auto& form : written_forms(number)) written.push_back(form);
        national.push_back(national_digits(number));
    }
    json groups = json::array({in_group("phone", written), in_group("mobilephone", written)});
    if (with_calculated) {
        groups.push_back(in_group("hs_searchable_calculated_phone_number", national));
        groups.push_back(in_group("hs_searchable_calculated_mobile_number", national));
    }
    return groups;
}

json groups_within_fields(std::span<const PhoneNumber> numbers) {
    json groups = json::array();
    for (const auto& number : numbers) {
        groups.push_back(within_group("phone", number));
        groups.push_back(within_group("mobilephone", number));
    }
    return groups;
}

json groups_for(std::span<const PhoneNumber> numbers, SearchBy by) {
    if (by == SearchBy::part_of_field) return groups_within_fields(numbers);
    return groups_of_fields(numbers, by == SearchBy::field_as_calculated);
}

std::string search_body(json groups, const std::vector<std::string>& properties,
                        const std::string& after) {
    return dump({{"filterGroups", std::move(groups)},
                 {"sorts", {{{"propertyName", "createdate"}, {"direction", "ASCENDING"}}}},
                 {"properties", properties},
                 {"limit", 200},
                 {"after", after.empty() ? "0" : after}});
}

}  // namespace

std::string encode_merge(const ContactId& keep, const ContactId& loser) {
    return dump({{"primaryObjectId", keep.text}, {"objectIdToMerge", loser.text}});
}

std::string encode_count() {
    return dump({{"filterGroups", json::array()},
                 {"sorts", json::array()},
                 {"properties", json::array()},
                 {"limit", 1},
                 {"after", "0"}});
}

std::optional<int> decode_total(const std::string& body) {
    const auto parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    const json total = parsed.value("total", json{});
    return total.is_number_integer() ? std::optional{total.get<int>()} : std::nullopt;
}

ContactSearch encode_contact_search(std::span<const PhoneNumber> numbers,
                                    const std::vector<std::string>& properties, SearchBy by,
                                    const std::string& after) {
    const auto most = by == SearchBy::part_of_field ? numbers_within_max : numbers_max;
    ContactSearch search;
    for (std::size_t count = 1; count <= std::min(numbers.size(), most); ++count) {
        auto body = search_body(groups_for(numbers.first(count), by), properties, after);
        if (body.size() > body_chars_max && count > 1) break;
        search = {std::move(body), count};
    }
    return search;
}

}  // namespace ringbridge::hubspot

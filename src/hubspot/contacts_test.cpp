// The search for contacts: within HubSpot's limits on a search, and no number left out.
#include "hubspot/contacts.hpp"

#include "core/text.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

namespace ringbridge::hubspot {
namespace {

using nlohmann::json;
using testing::ElementsAre;

// developers.hubspot.com, CRM search guide.
constexpr std::size_t body_chars_max = 3'000;
constexpr std::size_t groups_max = 5;
constexpr std::size_t group_filters_max = 6;
constexpr std::size_t filters_max = 18;

const std::vector<std::string> properties{"phone",
                                          "mobilephone",
                                          "firstname",
                                          "lastname",
                                          "goodcall_last_call_date",
                                          "goodcall_last_call_id",
                                          "goodcall_last_call_summary",
                                          "goodcall_last_call_action",
                                          "goodcall_last_call_duration_seconds",
                                          "goodcall_call_count",
                                          "goodcall_form_answers"};

std::vector<PhoneNumber> any_numbers() {
    const auto one = rc::gen::map(
        rc::gen::pair(rc::gen::element<std::string>("+1571", "+4420", "+4989", "+3361"),
                      rc::gen::inRange(2'000'000, 9'999'999)),
        [](const auto& parts) {
            return PhoneNumber{parts.first + std::to_string(parts.second), ""};
        });
    return *rc::gen::container<std::vector<PhoneNumber>>(*rc::gen::inRange<std::size_t>(1, 15),
                                                         one);
}

void expect_within_limits(const std::string& body) {
    RC_ASSERT(body.size() <= body_chars_max);
    const auto parsed = json::parse(body);
    RC_ASSERT(parsed.at("filterGroups").size() <= groups_max);
    RC_ASSERT(parsed.at("limit").get<int>() <= 200);
    std::size_t filters = 0;
    for (const auto& group : parsed.at("filterGroups")) {
        RC_ASSERT(group.at("filters").size() <= group_filters_max);
        filters += group.at("filters").size();
        for (const auto& value : group.at("filters").at(0).value("values", json::array())) {
            RC_ASSERT(lower_case(value.get<std::string>()) == value.get<std::string>());
        }
    }
    RC_ASSERT(filters <= filters_max);
}

bool searches_for(const std::string& body, const PhoneNumber& number, const char* property) {
    const auto parsed = json::parse(body);
    for (const auto& group : parsed.at("filterGroups")) {
        const auto& filter = group.at("filters").at(0);
        if (filter.at("propertyName") != property) continue;
        const auto& values = filter.at("values");
        return std::ranges::find(values, json(number.e164)) != values.end();
    }
    return false;
}

RC_GTEST_PROP(ContactSearchProperty, SearchesWithinLimitsTakeEveryNumberInOrder, ()) {
    const auto numbers = any_numbers();
    const auto by = *rc::gen::element(SearchBy::field_as_typed, SearchBy::field_as_calculated);
    std::span<const PhoneNumber> rest{numbers};
    while (!rest.empty()) {
        const auto search = encode_contact_search(rest, properties, by, "");
        RC_ASSERT(search.taken >= 1U);
        RC_ASSERT(search.taken <= rest.size());
        expect_within_limits(search.body);
        for (const auto& number : rest.first(search.taken)) {
            RC_ASSERT(searches_for(search.body, number, "phone"));
            RC_ASSERT(searches_for(search.body, number, "mobilephone"));
        }
        rest = rest.subspan(search.taken);
    }
}

RC_GTEST_PROP(ContactSearchProperty, SearchesWithinFieldsTakeEveryNumberInOrder, ()) {
    const auto numbers = any_numbers();
    std::vector<std::string> many(properties);
    for (int i = 0; i < *rc::gen::inRange(0, 40); ++i) many.push_back("custom_property_number_x");
    std::span<const PhoneNumber> rest{numbers};
    while (!rest.empty()) {
        const auto search = encode_contact_search(rest, many, SearchBy::part_of_field, "");
        RC_ASSERT(search.taken >= 1U);
        expect_within_limits(search.body);
        RC_ASSERT(json::parse(search.body).at("filterGroups").size() == 2 * search.taken);
        rest = rest.subspan(search.taken);
    }
}

TEST(ContactSearch, LooksForTheLastDigitsWithinAField) {
    const std::vector<PhoneNumber> numbers{{"+15718308515", ""}};
    const auto body =
        json::parse(encode_contact_search(numbers, properties, SearchBy::part_of_field, "").body);
    const auto filter = [](const char* property, const char* value) {
        return json{{"propertyName", property}, {"operator", "CONTAINS_TOKEN"}, {"value", value}};
    };
    EXPECT_EQ(body.at("filterGroups"),
              json::array({{{"filters", {filter("phone", "*8515*"), filter("phone", "*830*")}}},
                           {{"filters",
                             {filter("mobilephone", "*8515*"), filter("mobilephone", "*830*")}}}}));
}

TEST(ContactSearch, SearchesSeveralCallersAtOnce) {
    std::vector<PhoneNumber> numbers;
    for (int i = 0; i < 10; ++i) numbers.push_back({"+1571830851" + std::to_string(i), ""});
    EXPECT_GE(encode_contact_search(numbers, properties, SearchBy::field_as_calculated, "").taken,
              3U);
}

TEST(ContactSearch, LooksInTheCalculatedPropertiesToo) {
    const std::vector<PhoneNumber> numbers{{"+15718308515", ""}};
    const auto body = json::parse(
        encode_contact_search(numbers, properties, SearchBy::field_as_calculated, "").body);
    ASSERT_EQ(body.at("filterGroups").size(), 4U);
    const auto& filter = body.at("filterGroups").at(2).at("filters").at(0);
    EXPECT_EQ(filter.at("propertyName"), "hs_searchable_calculated_phone_number");
    EXPECT_EQ(filter.at("values"), json::array({"5718308515"}));
    const auto plain =
        json::parse(encode_contact_search(numbers, properties, SearchBy::field_as_typed, "").body);
    EXPECT_EQ(plain.at("filterGroups").size(), 2U);
}

TEST(ContactSearch, ContinuesAtTheCursor) {
    const std::vector<PhoneNumber> numbers{{"+15718308515", ""}};
    const auto first = json::parse(
        encode_contact_search(numbers, properties, SearchBy::field_as_calculated, "").body);
    const auto next = json::parse(
        encode_contact_search(numbers, properties, SearchBy::field_as_calculated, "200").body);
    EXPECT_EQ(first.at("after"), "0");
    EXPECT_EQ(next.at("after"), "200");
}

TEST(ContactNumbers, AreThoseOfBothPhoneFieldsInAnyFormat) {
    const Contact contact{.id = "1",
                          .properties = {{"phone", "571-830-8515 x11 / +44 20 7946 0018"},
                                         {"mobilephone", "(703) 555-0100"},
                                         {"fax", "202-555-0123"}},
                          .created = {}};
    EXPECT_THAT(numbers_of(contact, "US"),
                ElementsAre(PhoneNumber{"+15718308515", "11"}, PhoneNumber{"+442079460018", ""},
                            PhoneNumber{"+17035550100", ""}));
    EXPECT_THAT(numbers_of(Contact{.id = "2", .properties = {}, .created = {}}, "US"),
                testing::IsEmpty());
}

}  // namespace
}  // namespace ringbridge::hubspot

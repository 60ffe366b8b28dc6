// Which of the contacts that a search returns a number belongs to.
#include "bridge/matcher.hpp"

#include <gtest/gtest.h>

namespace ringbridge::bridge {
namespace {

hubspot::Contact contact(ContactId id, Properties properties) {
    return {.id = std::move(id), .properties = std::move(properties), .created = {}};
}

// Oldest first, as a search returns them.
const std::vector<hubspot::Contact> candidates{
    contact("stale", {{"phone", "202-555-0199"}}),
    contact("oldest", {{"phone", "571-830-8515 x11"}}),
    contact("mobile", {{"phone", "703-555-0100"}, {"mobilephone", "(571) 830-8515"}}),
    contact("twelve", {{"phone", "+1 571 830 8515 ext. 12"}}),
    contact("notes", {{"phone", "home 212-555-0187 / cell 305-555-0142"}}),
    contact("abroad", {{"mobilephone", "+44 20 7946 0018"}}),
    contact("blank", {})};

struct Case {
    const char* name;
    PhoneNumber number;
    const char* chosen;  ///< null for none
};

class ChosenContact : public testing::TestWithParam<Case> {};

TEST_P(ChosenContact, HasTheNumber) {
    const auto& [name, number, chosen] = GetParam();
    const auto* found = choose_contact(candidates, number, "US");
    ASSERT_EQ(found != nullptr, chosen != nullptr);
    if (chosen) EXPECT_EQ(found->id.text, chosen);
}

INSTANTIATE_TEST_SUITE_P(
    Matcher, ChosenContact,
    testing::Values(Case{"the_same_extension_decides", {"+15718308515", "12"}, "twelve"},
                    Case{"no_extension_matches_no_extension", {"+15718308515", ""}, "mobile"},
                    Case{"else_the_oldest", {"+15718308515", "13"}, "oldest"},
                    Case{"the_second_number_of_a_field", {"+13055550142", ""}, "notes"},
                    Case{"another_country", {"+442079460018", ""}, "abroad"},
                    Case{"an_extension_nobody_has", {"+17035550100", "9"}, "mobile"},
                    Case{"nobody", {"+14155550123", ""}, nullptr}),
    [](const auto& the) { return std::string{the.param.name}; });

TEST(ChosenContact, IsNullWithoutCandidates) {
    EXPECT_EQ(choose_contact({}, {"+15718308515", ""}, "US"), nullptr);
}

}  // namespace
}  // namespace ringbridge::bridge

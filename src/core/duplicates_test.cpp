// Which contacts are one person: joined by numbers, held if the records suggest two.
#include "core/duplicates.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace ringbridge {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const PhoneNumber home{"+15718308515", ""}, work{"+17035550100", ""}, desk{"+17035550100", "12"};

Person person(const ContactId& id, std::vector<PhoneNumber> numbers) {
    return {.id = id,
            .created = from_unix_ms(std::stoll(id.text)),
            .numbers = std::move(numbers),
            .email = "",
            .name = "",
            .owner = ""};
}

TEST(Duplicates, AreMergedIntoTheOldest) {
    const auto groups =
        find_duplicates({person("3", {home}), person("1", {home}), person("2", {home})}, {});
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_EQ(groups[0].keep, "1");
    EXPECT_THAT(groups[0].merge, ElementsAre(ContactId{"2"}, ContactId{"3"}));
    EXPECT_THAT(groups[0].shared, ElementsAre(home));
    EXPECT_EQ(groups[0].held, "");
}

TEST(Duplicates, AreJoinedThroughOthers) {
    const auto groups =
        find_duplicates({person("1", {home}), person("2", {home, work}), person("3", {work})}, {});
    ASSERT_EQ(groups.size(), 1U);
    EXPECT_THAT(groups[0].merge, ElementsAre(ContactId{"2"}, ContactId{"3"}));
    EXPECT_THAT(groups[0].shared, ElementsAre(home, work));
}

TEST(Duplicates, OneContactWithANumberTwiceIsNotADuplicate) {
    EXPECT_THAT(find_duplicates({person("1", {home, home}), person("2", {})}, {}), IsEmpty());
}

TEST(Duplicates, AnotherExtensionIsAnotherNumber) {
    EXPECT_THAT(find_duplicates({person("1", {work}), person("2", {desk})}, {}), IsEmpty());
}

TEST(Duplicates, WithDifferentAddressesAreHeld) {
    auto one = person("1", {home}), same = person("2", {home}), other = person("3", {home});
    one.email = "Jane@example.com";
    same.email = "jane@example.com ";
    EXPECT_EQ(find_duplicates({one, same}, {})[0].held, "");
    other.email = "john@example.com";
    EXPECT_THAT(find_duplicates({one, same, other}, {})[0].held, HasSubstr("e-mail"));
    EXPECT_EQ(find_duplicates({one, same, other}, {.email = false})[0].held, "");
}

TEST(Duplicates, WithClearlyDifferentNamesAreHeld) {
    auto one = person("1", {home}), nameless = person("2", {home}), other = person("3", {home});
    one.name = "Jane Doe";
    other.name = "John Doe";
    EXPECT_EQ(find_duplicates({one, nameless}, {})[0].held, "");
    EXPECT_THAT(find_duplicates({one, nameless, other}, {})[0].held, HasSubstr("names"));
    EXPECT_EQ(find_duplicates({one, nameless, other}, {.name = false})[0].held, "");
}

TEST(Duplicates, OfANumberThatManyShareAreHeld) {
    std::vector<Person> people;
    for (int i = 1; i <= 5; ++i) people.push_back(person(ContactId{std::to_string(i)}, {work}));
    EXPECT_EQ(find_duplicates(people, {})[0].held, "");
    people.push_back(person("6", {work}));
    EXPECT_THAT(find_duplicates(people, {})[0].held, HasSubstr("6 contacts have the number"));
    EXPECT_EQ(find_duplicates(people, {.shared = false})[0].held, "");
}

TEST(Duplicates, OfDifferentOwnersAreHeldWhereThatIsWanted) {
    auto one = person("1", {home}), other = person("2", {home}), nobodys = person("3", {home});
    one.owner = "7";
    EXPECT_EQ(find_duplicates({one, nobodys}, {.owner = true})[0].held, "");
    other.owner = "8";
    EXPECT_EQ(find_duplicates({one, other}, {})[0].held, "");
    EXPECT_THAT(find_duplicates({one, other}, {.owner = true})[0].held, HasSubstr("owners"));
}

TEST(Duplicates, OfListedContactsAndNumbersAreHeldWhateverElseIsSet) {
    HoldRules none{.email = false, .name = false, .shared = false};
    const std::vector people{person("1", {home, work}), person("2", {work})};
    EXPECT_EQ(find_duplicates(people, none)[0].held, "");
    none.switchboards = {home.e164};
    EXPECT_EQ(find_duplicates(people, none)[0].held, "") << "they do not share that one";
    none.switchboards = {work.e164};
    EXPECT_THAT(find_duplicates(people, none)[0].held, HasSubstr("switchboard"));
    none.switchboards = {};
    none.protected_contacts = {"2"};
    EXPECT_EQ(find_duplicates(people, none)[0].held, "2 must not be merged");
}

TEST(Names, ThatMayBeOnePersons) {
    for (const auto& [one, other] :
         std::vector<std::pair<std::string, std::string>>{{"Jane Doe", "JANE DOE"},
                                                          {"Jane Doe", "Doe, Jane"},
                                                          {"Jane Doe", "J. Doe"},
                                                          {"Jane Doe", "Jane"},
                                                          {"Jane Doe", "Jane Mary Doe"},
                                                          {"Shane O'Neil", "Shane ONeil"},
                                                          {"Jon Doe", "John Doe"},
                                                          {"Zoë Müller", "zoë müller"},
                                                          {"Jane Doe", ""},
                                                          {"Jane Doe", "(571) 830-8515"}}) {
        EXPECT_FALSE(are_clearly_different_names(one, other)) << one << " / " << other;
        EXPECT_FALSE(are_clearly_different_names(other, one)) << other << " / " << one;
    }
}

TEST(Names, OfTwoPeople) {
    for (const auto& [one, other] :
         std::vector<std::pair<std::string, std::string>>{{"Jane Doe", "John Doe"},
                                                          {"Jane Doe", "Jane Smith"},
                                                          {"Ann Lee", "Bob Ray"},
                                                          {"Bob Doe", "Robert Doe"}}) {
        EXPECT_TRUE(are_clearly_different_names(one, other)) << one << " / " << other;
    }
}

// Whatever the contacts: each is in one group at most, the oldest is kept, no two groups share a
// number, and all that share one are together.
RC_GTEST_PROP(Duplicates, GroupsAreWholeAndApart, ()) {
    std::vector<Person> people;
    const auto count = *rc::gen::inRange(0, 12);
    for (int i = 0; i < count; ++i) {
        auto one = person(ContactId{std::to_string(100 + i)}, {});
        for (const auto digit : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 9))) {
            if (one.numbers.size() < 3) one.numbers.push_back({std::to_string(digit), ""});
        }
        people.push_back(std::move(one));
    }
    std::map<ContactId, std::size_t> group_of;
    const auto groups = find_duplicates(people, {});
    for (std::size_t i = 0; i < groups.size(); ++i) {
        RC_ASSERT(group_of.emplace(groups[i].keep, i).second);
        for (const auto& id : groups[i].merge) {
            RC_ASSERT(groups[i].keep < id);
            RC_ASSERT(group_of.emplace(id, i).second);
        }
    }
    for (const auto& one : people) {
        for (const auto& other : people) {
            const bool share =
                one.id != other.id && std::ranges::any_of(one.numbers, [&](const auto& number) {
                    return std::ranges::count(other.numbers, number) > 0;
                });
            if (!share) continue;
            RC_ASSERT(group_of.contains(one.id) && group_of.contains(other.id));
            RC_ASSERT(group_of[one.id] == group_of[other.id]);
        }
    }
}

}  // namespace
}  // namespace ringbridge

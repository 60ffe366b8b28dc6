// A number matches the same contact always: with few calls, which search HubSpot, with many, which
// list all contacts, and in a dry run.
#include "tests/flow/town.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

namespace ringbridge::tests {
namespace {

using namespace std::chrono_literals;

struct Person {
    std::string number;  ///< as the receptionist has it
    std::string field;
    std::string text;  ///< what somebody typed into it
};

// From thirty on, the contacts are listed.
constexpr std::size_t few = 20, many = 10'000;

std::string call_of(std::size_t index, const std::string& phone) {
    return fmt::format(
        R"({{"id":"c_{}","callTimestamp":"2026-11-23T08:00:00Z","customerPhone":"{}"}})", index,
        phone);
}

/// The callers whose calls are not on the contact with their number, with `at_once` calls between
/// two runs, and the differences between a dry run and the real one.
std::vector<std::string> not_found(const std::vector<Person>& people, std::size_t at_once) {
    Town town{1};
    std::vector<std::string> ids, wrong;
    for (const auto& one : people) {
        ids.push_back(town.portal.add_contact({{one.field, one.text}}, town.world.now() - 90h));
    }
    Process process{town};
    const auto order = last_week(town);
    auto rehearsal = order;
    rehearsal.dry_run = true;
    for (std::size_t i = 0; i < people.size(); ++i) {
        town.site.publish(call_of(i, people[i].number));
        if ((i + 1) % at_once != 0 && i + 1 < people.size()) continue;
        const auto announced = process.sync(rehearsal).numbers_to_create.size();
        const auto created = process.sync(order).created_contacts.size();
        if (announced != created) wrong.push_back(fmt::format("{}, not {}", created, announced));
    }
    for (std::size_t i = 0; i < people.size(); ++i) {
        const auto call = town.world.run(process.ledger().find(CallId{fmt::format("c_{}", i)}));
        if (call->contact_id.text != ids[i])
            wrong.push_back(people[i].number + " in " + people[i].text);
    }
    return wrong;
}

/// The formats in which people write the numbers of a country; `#` is a digit of the number.
struct Country {
    std::string e164;
    std::vector<std::string> ways;
};
const std::vector<Country> countries{
    {"+1571#######",
     {"+1571#######", "571#######", "1571#######", "(571) ###-####", "571-###-####", "571.###.####",
      "571 ### ####", "1-571-###-####", "+1 (571) ###-####", "(571)###-####", "(571) ### ####"}},
    {"+44207#######", {"+44 20 7### ####", "+44207#######", "+44 (0)20 7### ####"}},
    {"+5255########",
     {"+52 1 55 #### ####", "+52 55 #### ####", "+52155########", "+52 1 55-####-####"}},
    {"+54911########",
     {"+54 11 15 #### ####", "+54 9 11 ####-####", "+54911########", "+54 (11) 15-####-####"}},
    {"+331########",
     {"+33 1 ## ## ## ##", "+331########", "+33 (0)1 ## ## ## ##", "+33.1.##.##.##.##"}}};

// Alone, with a note, with an extension, beside another number.
const std::vector<std::string> texts{
    "{}",
    "{} (home)",
    "mobile: {}",
    "{} x12",
    "{} / 703-555-0123",
    "703-555-0123 or {}",
    "{}, fax 202-555-0188",
    "Jane's cell {}; 703-555-0123 (work)",
};

std::string filled(std::string way, std::string_view digits) {
    for (auto& c : way) {
        if (c != '#') continue;
        c = digits.front();
        digits.remove_prefix(1);
    }
    return way;
}

std::vector<Person> everybody() {
    std::vector<Person> people;
    for (const auto& country : countries) {
        for (const auto& way : country.ways) {
            for (const auto& text : texts) {
                for (const auto* field : {"phone", "mobilephone"}) {
                    const auto digits = fmt::format("{:08}", 43'210'000 + people.size() * 7);
                    const auto count = std::ranges::count(country.e164, '#');
                    const auto own = digits.substr(digits.size() - static_cast<std::size_t>(count));
                    people.push_back({filled(country.e164, own), field,
                                      fmt::format(fmt::runtime(text), filled(way, own))});
                }
            }
        }
    }
    return people;
}

TEST(ContactMatch, IsTheSameWithFewCallsAsWithManyAndInADryRun) {
    EXPECT_THAT(not_found(everybody(), few), testing::IsEmpty());
    EXPECT_THAT(not_found(everybody(), many), testing::IsEmpty());
}

TEST(ContactMatch, FindsANumberBesideAnotherAndNumbersOfOldFormsByASearch) {
    for (const auto& [number, text] :
         {std::pair{"+15718308515", "571-830-8515 (home) / 703-555-0123"},
          {"+17035550123", "571-830-8515 (home) / 703-555-0123"},
          {"+525550801234", "+52 1 55 5080 1234"},
          {"+5215550801234", "+52 55 5080 1234"},
          {"+5491123456789", "+54 11 15 2345 6789"},
          {"+54 11 15 2345 6789", "+54 9 11 2345-6789"}}) {
        EXPECT_THAT(not_found({{number, "mobilephone", text}}, few), testing::IsEmpty());
    }
}

TEST(ContactMatch, TakesTheOldestHoweverItsNumberIsWritten) {
    Town town{1};
    const auto oldest = town.portal.add_contact({{"phone", "571-830-8515 (home) / 703-555-0123"}},
                                                town.world.now() - 90h);
    town.portal.add_contact({{"phone", "+15718308515"}}, town.world.now() - 10h);
    town.site.publish(call_of(1, "+15718308515"));
    Process{town}.sync(last_week(town));
    EXPECT_THAT(town.portal.calls().at(0).contact_ids, testing::ElementsAre(oldest));
}

}  // namespace
}  // namespace ringbridge::tests

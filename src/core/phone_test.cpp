// How numbers as people write them are read, and in which forms they are searched.
#include "core/phone.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

namespace ringbridge {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;

struct Written {
    std::string text, region, e164, extension;
};

class DirtyNumber : public testing::TestWithParam<Written> {};

TEST_P(DirtyNumber, IsReadAsTheNumberThatWasMeant) {
    const auto& [text, region, e164, extension] = GetParam();
    const auto number = parse_phone(text, region);
    ASSERT_TRUE(number) << text << ": " << to_sentence(number.error());
    EXPECT_EQ(number->e164, e164) << text;
    EXPECT_EQ(number->extension, extension) << text;
}

INSTANTIATE_TEST_SUITE_P(
    Field, DirtyNumber,
    testing::Values(
        Written{"+15718308515", "US", "+15718308515", ""},
        Written{"(571) 830-8515", "US", "+15718308515", ""},
        Written{"571-830-8515", "US", "+15718308515", ""},
        Written{"571.830.8515", "US", "+15718308515", ""},
        Written{"571 830 8515", "US", "+15718308515", ""},
        Written{"5718308515", "US", "+15718308515", ""},
        Written{"15718308515", "US", "+15718308515", ""},
        Written{"1 (571) 830-8515", "US", "+15718308515", ""},
        Written{"571-830-8515 (home)", "US", "+15718308515", ""},
        Written{"+1 571 830 8515 (mobile)", "US", "+15718308515", ""},
        Written{"Jane's cell: 571-830-8515", "US", "+15718308515", ""},
        Written{"(571) 830-8515 x12", "US", "+15718308515", "12"},
        Written{"571-830-8515 ext. 7", "US", "+15718308515", "7"},
        Written{"tel:+1-571-830-8515;ext=99", "US", "+15718308515", "99"},
        Written{"sip:+15718308515@pbx.example", "US", "+15718308515", ""},
        Written{"sip:+15718308515@203.0.113.110:5060;user=phone", "US", "+15718308515", ""},
        Written{"\"Jane\" <SIPS:5718308515;rn=7035550100:pw@[2001:db8::1]>;tag=7035550", "US",
                "+15718308515", ""},
        Written{"sip:%2B442079460018@198.51.100.17", "US", "+442079460018", ""},
        Written{"5718308515@203.0.113.110", "US", "+15718308515", ""},
        Written{"tel:2079460018;phone-context=+44", "US", "+442079460018", ""},
        Written{"tel:+15718308515;isub=7035550100", "US", "+15718308515", ""},
        Written{"whatsapp:+15718308515", "US", "+15718308515", ""},
        Written{"jane@198.51.100.17 or 571-830-8515", "US", "+15718308515", ""},
        Written{"1-800-FLOWERS", "US", "+18003569377", ""},
        Written{"001 571 830 8515", "US", "+15718308515", ""},
        Written{"011 44 20 7946 0018", "US", "+442079460018", ""},
        Written{"+44 (0)20 7946 0018", "US", "+442079460018", ""},
        Written{"020 7946 0018", "GB", "+442079460018", ""},
        Written{"0049 30 901820", "GB", "+4930901820", ""},
        Written{"030 901820", "DE", "+4930901820", ""},
        Written{"0011 44 20 7946 0018", "AU", "+442079460018", ""},
        Written{"0011442079460018 (home)", "AU", "+442079460018", ""},
        Written{"00111 571 830 8515 / 0011 44 20 7946 0018", "AU", "+15718308515", ""},
        Written{"0044 20 7946 0018", "AU", "+442079460018", ""},
        Written{"00 1 571 830 8515", "AU", "+15718308515", ""},
        Written{"02 9374 4000", "AU", "+61293744000", ""},
        Written{"010 44 20 7946 0018", "JP", "+442079460018", ""},
        Written{"0044 20 7946 0018", "JP", "+442079460018", ""},
        Written{"8~10 44 20 7946 0018", "RU", "+442079460018", ""},
        Written{"00700 44 20 7946 0018", "KR", "+442079460018", ""},
        Written{"0021 44 20 7946 0018", "BR", "+442079460018", ""},
        Written{"+1 738 234 5678", "US", "+17382345678", ""},  // newer than the library's list
        Written{"(555) 223-4567", "US", "+15552234567", ""},
        Written{"（５７１）８３０ー８５１５", "US", "+15718308515", ""}));

struct Unusable {
    std::string text;
    PhoneError why;
};

class UnusableNumber : public testing::TestWithParam<Unusable> {};

TEST_P(UnusableNumber, IsReportedWithItsCause) {
    const auto number = parse_phone(GetParam().text, "US");
    ASSERT_FALSE(number) << GetParam().text << " became " << number->e164;
    EXPECT_EQ(number.error(), GetParam().why) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(
    Field, UnusableNumber,
    testing::Values(
        Unusable{"", PhoneError::missing}, Unusable{"   ", PhoneError::missing},
        Unusable{"anonymous", PhoneError::withheld},
        Unusable{"Anonymous Caller", PhoneError::withheld},
        Unusable{"RESTRICTED", PhoneError::withheld},
        Unusable{"sip:anonymous@anonymous.invalid", PhoneError::withheld},
        Unusable{"sip:anonymous@203.0.113.110", PhoneError::withheld},
        Unusable{"\"Anonymous\" <sip:+15718308515@203.0.113.110>", PhoneError::withheld},
        Unusable{"Unknown 571-830-8515", PhoneError::withheld},
        Unusable{"Caller ID Blocked", PhoneError::withheld},
        Unusable{"out of area", PhoneError::withheld}, Unusable{"+266696687", PhoneError::withheld},
        Unusable{"266696687", PhoneError::withheld}, Unusable{"+1266696687", PhoneError::withheld},
        Unusable{"+86282452253", PhoneError::withheld},
        Unusable{"+86 28 245 2253", PhoneError::withheld}, Unusable{"+464", PhoneError::withheld},
        Unusable{"2562533", PhoneError::withheld}, Unusable{"+12562533", PhoneError::withheld},
        Unusable{"7378742833", PhoneError::withheld},
        Unusable{"+1 (737) 874-2833", PhoneError::withheld},
        Unusable{"+7378742883", PhoneError::withheld}, Unusable{"8656696", PhoneError::withheld},
        Unusable{"sip:+86282452253@203.0.113.110", PhoneError::withheld},
        Unusable{"sip:1001@198.51.100.17", PhoneError::not_dialable},
        Unusable{"sip:5718308515.example", PhoneError::not_dialable},
        Unusable{"sip:203.0.113.110:5060", PhoneError::not_dialable},
        Unusable{"jane@5718308515.example", PhoneError::not_dialable},
        Unusable{"tel:911;phone-context=571-830-8515.example", PhoneError::not_dialable},
        Unusable{"(123) 456-7890", PhoneError::not_dialable},
        Unusable{"+1 071 830 8515", PhoneError::not_dialable},
        Unusable{"571-030-8515", PhoneError::not_dialable},
        Unusable{"+15711308515", PhoneError::not_dialable},
        Unusable{"call 15711308515 back", PhoneError::not_dialable},
        Unusable{"000-000-0000", PhoneError::not_dialable},
        Unusable{"911", PhoneError::not_dialable}, Unusable{"555-2671", PhoneError::not_dialable},
        Unusable{"see notes", PhoneError::not_dialable}));

TEST(FindPhones, FindsEveryNumberInAFieldOfNotes) {
    EXPECT_THAT(find_phones("571-830-8515 (home) / 703-555-0100 work", "US"),
                ElementsAre(PhoneNumber{"+15718308515", ""}, PhoneNumber{"+17035550100", ""}));
}

TEST(FindPhones, DoesNotTakeACarriersPlaceholderForANumber) {
    EXPECT_THAT(find_phones("+86282452253", "US"), IsEmpty());
    EXPECT_THAT(find_phones("was +86 28 245 2253, now 571-830-8515", "US"),
                ElementsAre(PhoneNumber{"+15718308515", ""}));
}

TEST(WrittenForms, HoldTheTenFormsOfTheSeed) {
    const auto forms = written_forms({"+15718308515", ""});
    for (const auto* form : {"+15718308515", "5718308515", "15718308515", "(571) 830-8515",
                             "571-830-8515", "571.830.8515", "571 830 8515", "+1 571-830-8515",
                             "+1 (571) 830-8515", "1-571-830-8515"}) {
        EXPECT_THAT(forms, Contains(form));
    }
}

RC_GTEST_PROP(WrittenForms, AreAllReadBackAsTheNumberTheyCameFrom, ()) {
    const auto local = std::to_string(*rc::gen::inRange(2'000'000, 9'999'999));
    const auto area = *rc::gen::element<std::string>("571", "703", "212", "415", "202");
    const auto number = parse_phone("+1" + area + local, "US");
    RC_PRE(number.has_value());
    for (const auto& form : written_forms(*number)) {
        const auto back = parse_phone(form, "US");
        RC_ASSERT(back.has_value());
        RC_ASSERT(*back == *number);
    }
}

// Bare numbers are parsed directly, without the matcher.
RC_GTEST_PROP(BareNumber, IsReadAsWithASpaceAfterIt, ()) {
    const auto bare = *rc::gen::element<std::string>("", "+", "0", "00") +
                      std::to_string(*rc::gen::inRange(1'000LL, 99'999'999'999'999LL));
    const auto region = *rc::gen::element<std::string>("US", "GB", "DE");
    RC_ASSERT(find_phones(bare, region) == find_phones(bare + ' ', region));
}

RC_GTEST_PROP(BareNumber, IsReadAsInANote, ()) {
    auto bare = std::to_string(*rc::gen::inRange(10'000'000LL, 99'999'999'999'999LL));
    if (*rc::gen::arbitrary<bool>()) bare = '+' + bare;
    const auto region = *rc::gen::element<std::string>("US", "GB", "DE");
    const auto noted = find_phones("home: " + bare, region);
    RC_PRE(!noted.empty());
    RC_ASSERT(find_phones(bare, region) == noted);
}

TEST(LastGroups, AreThoseThatAreWrittenTheSameEverywhere) {
    EXPECT_THAT(last_groups({"+15718308515", ""}), ElementsAre("8515", "830"));
    EXPECT_THAT(last_groups({"+442079460018", ""}), ElementsAre("0018", "7946"));
    EXPECT_THAT(last_groups({"+4930901820", ""}), ElementsAre("901820", "30"));
    EXPECT_THAT(last_groups({"+33123456789", ""}), ElementsAre("89", "67", "45", "23"));
    EXPECT_THAT(last_groups({"+525550801234", ""}), ElementsAre("1234", "5080"));
    EXPECT_THAT(last_groups({"+5491123456789", ""}), ElementsAre("6789", "2345"));
    EXPECT_THAT(last_groups({"+67720070", ""}), ElementsAre("20070"));
}

TEST(NationalDigits, LeaveOutTheCountryCode) {
    EXPECT_EQ(national_digits({"+15718308515", ""}), "5718308515");
    EXPECT_EQ(national_digits({"+442079460018", ""}), "2079460018");
}

}  // namespace
}  // namespace ringbridge

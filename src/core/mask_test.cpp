// What a masked number or name may still show.
#include "core/mask.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace ringbridge {
namespace {

TEST(MaskPhone, keeps_the_first_part_and_the_last_two_digits) {
    EXPECT_EQ(mask_phone("+15718308515"), "+1571*****15");
    EXPECT_EQ(mask_phone("(571) 830-8515"), "571*****15");
    EXPECT_EQ(mask_phone("+4420794601234"), "+4420*******34");
    EXPECT_EQ(mask_phone("8308515"), "*****15");
}

TEST(MaskPhone, hides_short_numbers_and_words_altogether) {
    EXPECT_EQ(mask_phone("911"), "***");
    EXPECT_EQ(mask_phone("sip:jane.doe@example.com"), "***");
    EXPECT_EQ(mask_phone(""), "");
}

RC_GTEST_PROP(MaskPhone, never_shows_more_than_six_digits, (const std::string& text)) {
    const std::string masked = mask_phone(text);
    RC_ASSERT(std::ranges::count_if(masked, [](char c) { return c >= '0' && c <= '9'; }) <= 6);
    RC_ASSERT(masked.find_first_not_of("+*0123456789") == std::string::npos);
}

TEST(MaskPhonesIn, masks_each_number_and_leaves_the_sentence) {
    EXPECT_EQ(mask_phones_in("refused (571) 830-8515, +15718308515."),
              "refused 571*****15, +1571*****15.");
    EXPECT_EQ(mask_phones_in("5718308515"), "571*****15");
    EXPECT_EQ(mask_phones_in("phone:571.830.8515;"), "phone:571*****15;");
}

TEST(MaskPhonesIn, leaves_dates_short_numbers_and_words) {
    for (const auto* text :
         {"No login is tried before 2026-11-23T10:00:00.000Z, an hour after", "status 503, 12 rows",
          "run_1795428000000_17 c_1234567890", "Property \"goodcall_1\" does not exist", ""}) {
        EXPECT_EQ(mask_phones_in(text), text);
    }
}

RC_GTEST_PROP(MaskPhonesIn, changes_only_digits_and_what_is_between_them, ()) {
    const auto text = *rc::gen::container<std::string>(rc::gen::elementOf(std::string{"ab +1234"}));
    const auto letters = [](std::string some) {
        std::erase_if(some, [](char c) { return c != 'a' && c != 'b'; });
        return some;
    };
    RC_ASSERT(letters(mask_phones_in(text)) == letters(text));
}

TEST(MaskName, keeps_the_first_letter_of_each_word) {
    EXPECT_EQ(mask_name("Jane Doe"), "J*** D***");
    EXPECT_EQ(mask_name("  Jo  "), "J***");
    EXPECT_EQ(mask_name(""), "");
}

TEST(MaskName, never_cuts_a_character_in_two) { EXPECT_EQ(mask_name("Élodie"), "É***"); }

TEST(MaskAddress, shows_the_network_and_not_the_host) {
    EXPECT_EQ(mask_address("203.0.113.7"), "203.0.113.*");
    EXPECT_EQ(mask_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(mask_address("odd"), "*");
}

}  // namespace
}  // namespace ringbridge

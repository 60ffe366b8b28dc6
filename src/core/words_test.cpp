// A choice and its words.
#include "core/hubspot_api.hpp"

#include <gmock/gmock.h>

namespace ringbridge {
namespace {

constexpr Words<int, 3> sizes{{{"small", 1}, {"medium", 2}, {"large", 3}}};
constexpr Words<bool, 2> lids{{{"on", true}, {"off", false, "nothing is kept warm"}}};

TEST(Words, are_read_and_printed_by_one_table) {
    for (const auto& one : sizes) EXPECT_EQ(parse_word(sizes, one.word), one.value);
    EXPECT_EQ(parse_word(sizes, "Small"), std::nullopt);
    EXPECT_EQ(parse_word(sizes, ""), std::nullopt);
    EXPECT_EQ(word_of(sizes, 2), "medium");
}

TEST(Words, are_listed_and_explained) {
    EXPECT_EQ(list_words(sizes), "small, medium, large");
    EXPECT_EQ(explain_words(sizes), "small, medium or large");
    EXPECT_EQ(explain_words(lids), "on, or off: nothing is kept warm");
}

TEST(HubspotApi, a_version_is_known_by_its_word) {
    EXPECT_EQ(to_string(ApiVersion::v2026_09), "2026-09");
    EXPECT_EQ(parse_word(api_versions, "v3"), ApiVersion::v3);
    EXPECT_FALSE(parse_word(api_versions, "2025-01"));
    EXPECT_EQ(to_string(ActivityApi::engagements_v1), "engagements-v1");
}

}  // namespace
}  // namespace ringbridge

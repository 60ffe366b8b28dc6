// Base64 as HAR files, headers and tokens have it.
#include "core/base64.hpp"

#include <gtest/gtest.h>

namespace ringbridge {
namespace {

TEST(Base64, IsReadInEitherAlphabetWithAndWithoutPadding) {
    EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
    EXPECT_EQ(decode_base64("Zm9vYg"), "foob");
    EXPECT_EQ(decode_base64("+/+/"), decode_base64("-_-_"));
    EXPECT_EQ(decode_base64("Zm9v\r\nYmFy"), "foobar") << "lines are as in mail";
    EXPECT_EQ(decode_base64(""), "");
}

}  // namespace
}  // namespace ringbridge

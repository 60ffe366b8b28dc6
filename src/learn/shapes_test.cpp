// What values look like, whatever they are called.
#include "learn/shapes.hpp"

#include "learn/routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ringbridge::learn {
namespace {

using testing::Contains;

Leaf text(const std::string& value) { return {"$.x", Leaf::Kind::text, value}; }

TEST(Shapes, APersonIsTwoToFourWordsWithCapitals) {
    for (const auto* name : {"Jane Doe", "Özlem Groß", "Vincent van Gogh", "Doe, Jane",
                             "Mary-Ann O'Hara", "Juan de la Cruz"}) {
        EXPECT_TRUE(is_person(text(name))) << name;
    }
    for (const auto* other : {"Jane", "book appointment", "12 Oak St", "Thanks for calling us!",
                              "jane@acme.test", "Mon 3 May", "in-progress", ""}) {
        EXPECT_FALSE(is_person(text(other))) << other;
    }
}

TEST(Shapes, ProseIsNeitherATimeNorAConversation) {
    EXPECT_TRUE(is_prose(text("Jane Doe wants a leaking tap fixed.")));
    EXPECT_FALSE(is_prose(text("11/29/2026 07:19:38 AM")));
    EXPECT_FALSE(is_prose(text("agent: Hello there!\ncaller: Hi, it is Jane.")));
    EXPECT_TRUE(is_dialogue(text("agent: Hello there!\ncaller: Hi, it is Jane.")));
    EXPECT_FALSE(is_dialogue(text("Note: she calls again tomorrow.")));
}

TEST(Shapes, ARecordingIsKnownByTheEndOfItsAddress) {
    EXPECT_TRUE(is_sound(text("https://media.test/7c1e.mp3?token=a.b")));
    EXPECT_FALSE(is_sound(text("https://media.test/7c1e.png")));
}

TEST(Pieces, OfAParameterAreAlsoThePartsOfItsValue) {
    EXPECT_THAT(parts_of("eq.7c1e-44"), Contains("7c1e-44"));
    EXPECT_THAT(parts_of("workspace:ws_1,open"), Contains("ws_1"));
    EXPECT_THAT(parts_of("plain"), testing::ElementsAre("plain"));
}

TEST(Pieces, OfJsonInAParameterAreItsValues) {
    Exchange exchange;
    exchange.method = "GET";
    exchange.url = "https://a.test/trpc/calls?batch=1&input=%7B%220%22%3A%7B%22take%22%3A14%7D%7D";
    const auto pieces = pieces_of(exchange);
    const auto found = std::ranges::find(pieces, "input$.0.take", &Piece::key);
    ASSERT_NE(found, pieces.end());
    EXPECT_EQ(found->value, "14");
    EXPECT_TRUE(is_in_json(*found));
    EXPECT_FALSE(found->is_text);
}

}  // namespace
}  // namespace ringbridge::learn

// What a person may ask for, in the terms of who asks.
#include "api/requests.hpp"

#include <gmock/gmock.h>

namespace ringbridge::api {
namespace {

using namespace std::chrono_literals;

const UtcTime now = *parse_utc("2026-04-12T15:00:00Z");

TEST(Order, IsForAWindowOrForWhateverIsNew) {
    const auto all = read_order({}, now);
    ASSERT_TRUE(all);
    EXPECT_EQ(all->since, std::nullopt);
    EXPECT_EQ(all->until, std::nullopt);
    const auto window = read_order({.since = "2d", .until = "2026-04-12T14:00:00Z"}, now);
    ASSERT_TRUE(window);
    EXPECT_EQ(window->since, now - 48h);
    EXPECT_EQ(window->until, now - 1h);
}

TEST(Order, NamesAWrongParameterAsItWasGiven) {
    const std::string must_be = " must be RFC 3339 (2026-04-12T15:00:00Z) or a span back (36h, 7d)";
    EXPECT_EQ(read_order({.since = "yesterday"}, now).error(), "since" + must_be);
    EXPECT_EQ(read_order({.until = "", .dashes = "--"}, now).error(), "--until" + must_be);
    EXPECT_EQ(read_order({.since = "1h", .until = "2h", .dashes = "--"}, now).error(),
              "--since must be before --until");
}

TEST(Selection, IsOfFiftyCallsUnlessMoreAreAskedFor) {
    EXPECT_EQ(read_selection({})->limit, 50);
    EXPECT_EQ(read_selection({.limit = "500"})->limit, 500);
    for (const auto* wrong : {"", "0", "501", "all"}) {
        EXPECT_FALSE(read_selection({.limit = wrong})) << wrong;
    }
    EXPECT_FALSE(read_selection({.state = "done"}));
    EXPECT_FALSE(read_selection({.cursor = "next"}));
}

}  // namespace
}  // namespace ringbridge::api

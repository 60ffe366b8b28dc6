// How bridges are spread over replicas: the rule alone, without a database.
#include "ledger/spread.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace ringbridge::ledger {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Ge;
using testing::IsEmpty;
using testing::Le;
using testing::SizeIs;

std::set<std::string> bridges(int count) {
    std::set<std::string> names;
    for (int i = 0; i < count; ++i) names.insert("b" + std::to_string(i));
    return names;
}

struct Group {
    explicit Group(int bridge_count) : all{bridges(bridge_count)} {}

    Moves turn(const std::string& name, const std::set<std::string>& in_use = {}) {
        auto moves = moves_of(name, living, holders, in_use);
        for (const auto& bridge : moves.given_up) holders.erase(bridge);
        for (const auto& bridge : moves.taken) holders[bridge] = name;
        return moves;
    }
    void join(const std::string& name) { living[name] = all; }
    void die(const std::string& name) {
        living.erase(name);
        std::erase_if(holders, [&](const auto& held) { return held.second == name; });
    }
    void round() {
        for (const auto& [name, bridges] : living) turn(name);
    }
    std::vector<std::size_t> counts() const {
        std::map<std::string, std::size_t> counts;
        for (const auto& [name, bridges] : living) counts[name] = 0;
        for (const auto& [bridge, holder] : holders) ++counts[holder];
        std::vector<std::size_t> list;
        for (const auto& [name, count] : counts) list.push_back(count);
        return list;
    }

    std::set<std::string> all;
    std::map<std::string, std::set<std::string>> living;
    Holders holders;
};

TEST(Spread, TheOnlyReplicaTakesAll) {
    Group group{7};
    group.join("a");
    EXPECT_THAT(group.turn("a").taken, SizeIs(7));
    EXPECT_THAT(group.turn("a").taken, IsEmpty());
}

TEST(Spread, IsEvenWithinAFewRoundsHoweverManyThereAre) {
    for (const int count : {1, 2, 3, 4, 5, 29, 30, 1'000}) {
        Group group{count};
        group.join("a");
        group.round();
        for (const auto* newcomer : {"b", "c", "d"}) {
            group.join(newcomer);
            for (int i = 0; i < 20; ++i) group.round();
            const auto each = group.all.size() / group.living.size();
            EXPECT_THAT(group.counts(), Each(AllOf(Ge(each), Le(each + 1)))) << count << newcomer;
            EXPECT_THAT(group.holders, SizeIs(group.all.size()));
        }
        group.die("a");
        for (int i = 0; i < 3; ++i) group.round();
        EXPECT_THAT(group.holders, SizeIs(group.all.size())) << "none is left free";
    }
}

TEST(Spread, AnEvenSpreadStays) {
    Group group{31};
    for (const auto* name : {"a", "b", "c"}) group.join(name);
    for (int i = 0; i < 20; ++i) group.round();
    const auto before = group.holders;
    for (int i = 0; i < 20; ++i) group.round();
    EXPECT_EQ(group.holders, before);
}

TEST(Spread, ABridgeInUseIsNotGivenUp) {
    Group group{2};
    group.join("a");
    group.turn("a");
    group.join("b");
    EXPECT_THAT(group.turn("a", {"b0"}).given_up, ElementsAre("b1"));
    group.holders = {{"b0", "a"}, {"b1", "a"}};
    EXPECT_THAT(group.turn("a", {"b0", "b1"}).given_up, IsEmpty());
}

TEST(Spread, ABridgeGoesOnlyToWhoCanRunIt) {
    Group group{2};
    group.join("a");
    group.turn("a");
    group.living["b"] = {"another"};
    EXPECT_THAT(group.turn("a").given_up, IsEmpty());
    EXPECT_THAT(group.turn("b").taken, ElementsAre("another"));
    group.living["a"] = {"b0"};
    EXPECT_THAT(group.turn("a").given_up, ElementsAre("b1")) << "it was taken out of the settings";
}

}  // namespace
}  // namespace ringbridge::ledger

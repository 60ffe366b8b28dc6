#include "ledger/spread.hpp"

#include <algorithm>

namespace ringbridge::ledger {
namespace {

struct Others {
    const std::string& own;
    const std::map<std::string, std::set<std::string>>& living;
    std::map<std::string, std::size_t> held;

    /// How many the one of them holds that holds the fewest, of those that can run the bridge.
    std::size_t fewest(const std::string& bridge, std::size_t if_none) const {
        auto fewest = if_none;
        for (const auto& [name, bridges] : living) {
            if (name == own || !bridges.contains(bridge)) continue;
            const auto known = held.find(name);
            fewest = std::min(fewest, known == held.end() ? 0 : known->second);
        }
        return fewest;
    }
};

}  // namespace

// Up to the whole part of its share a replica takes what is free. What is left over goes to one
// that holds no more than any other. Once none is free, one that holds two more than another gives
// up half of the difference: so many are spread within a few rounds, and none ever moves back.
Moves moves_of(const std::string& own, const std::map<std::string, std::set<std::string>>& living,
               const Holders& holders, const std::set<std::string>& in_use) {
    const auto& can_run = living.at(own);
    Others others{own, living, {}};
    std::set<std::string> mine;
    Moves moves;
    for (const auto& [bridge, holder] : holders) {
        if (holder != own) {
            ++others.held[holder];
        } else if (can_run.contains(bridge)) {
            mine.insert(bridge);
        } else {
            moves.given_up.insert(bridge);
        }
    }
    const auto share = can_run.size() / living.size();
    auto held = mine.size();
    bool were_free = false;
    for (const auto& bridge : can_run) {
        if (holders.contains(bridge)) continue;
        were_free = true;
        if (held >= share && others.fewest(bridge, held) < held) continue;
        moves.taken.insert(bridge);
        ++held;
    }
    if (were_free) return moves;
    const auto room = [&](const std::string& bridge) {
        return (held - others.fewest(bridge, held)) / 2;
    };
    std::size_t given = 0;
    for (const auto& bridge : mine) {
        if (in_use.contains(bridge) || given >= room(bridge)) continue;
        moves.given_up.insert(bridge);
        ++given;
    }
    return moves;
}

}  // namespace ringbridge::ledger

// How replicas spread the bridges evenly among themselves, each deciding for itself.
#pragma once

#include "ledger/replicas.hpp"

#include <map>
#include <set>
#include <string>

namespace ringbridge::ledger {

struct Moves {
    std::set<std::string> taken, given_up;
};

/// `living`: the bridges that each replica which lives can run, by name; `own` is one of them.
/// Those `in_use` are not given up.
Moves moves_of(const std::string& own, const std::map<std::string, std::set<std::string>>& living,
               const Holders& holders, const std::set<std::string>& in_use);

}  // namespace ringbridge::ledger

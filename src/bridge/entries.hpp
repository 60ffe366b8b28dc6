// Splits a round's entries by what to do with them.
#pragma once

#include "ledger/ledger.hpp"

#include <algorithm>
#include <iterator>
#include <vector>

namespace ringbridge::bridge {

using ledger::Entry;
using ledger::Stage;

/// Moves the wanted ones out; both parts keep their order.
template <class Predicate>
std::vector<Entry> take(std::vector<Entry>& from, Predicate&& wanted) {
    std::vector<Entry> taken, rest;
    for (auto& entry : from) (wanted(entry) ? taken : rest).push_back(std::move(entry));
    from = std::move(rest);
    return taken;
}

inline void append(std::vector<Entry>& to, std::vector<Entry> entries) {
    std::ranges::move(entries, std::back_inserter(to));
}

}  // namespace ringbridge::bridge

// Which of a site's answers is the list of calls.
#pragma once

#include "learn/har.hpp"
#include "learn/leaves.hpp"
#include "learn/table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::learn {

struct CallList {
    std::string selector;                ///< `$.data[*]`
    std::vector<std::size_t> exchanges;  ///< that answer with it, in the order of the recording
    std::vector<ObjectList> pages;       ///< of each of them
    Table table;                         ///< of all their records
    double score = 0;
    std::string why;

    std::size_t first() const { return exchanges.front(); }
};

/// The most likely one; nothing if none has what calls have.
std::optional<CallList> find_call_list(const Recording& recording);

}  // namespace ringbridge::learn

// What the account of a recording consists of: each thing found, where, how sure, and why.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

/// The mark of what is left to a person.
inline constexpr std::string_view todo_mark =
    "TO"
    "DO";

struct Finding {
    std::string what;   ///< `call_mapping.id`
    std::string where;  ///< `GET /api/calls, $.id`
    double confidence = 0;
    std::string why;
    bool operator==(const Finding&) const = default;
};

/// All that is found, and what a person has to do.
struct Notes {
    std::vector<Finding> findings;
    std::vector<std::string> todo;

    void found(std::string what, std::string where, double confidence, std::string why) {
        findings.push_back({std::move(what), std::move(where), confidence, std::move(why)});
    }
    void ask(std::string sentence) { todo.push_back(std::move(sentence)); }
};

}  // namespace ringbridge::learn

// Why what a person asked for was not done.
#pragma once

#include <string>

namespace ringbridge::api {

struct Refusal {
    /// What would have to change: the request, its subject, or the state of things.
    enum class Kind { invalid, not_found, conflict };
    Kind kind;
    std::string code;  ///< for programs
    std::string message;
};

}  // namespace ringbridge::api

// Why an input could not be understood, and where in it: what every parser of ours returns.
#pragma once

#include <string>

namespace ringbridge {

struct ParseError {
    std::string path;  ///< `/calls/0/id`, `auth.steps[1].request`; empty for the whole
    std::string why;   ///< a clause that a person can act on
    bool operator==(const ParseError&) const = default;
};

}  // namespace ringbridge

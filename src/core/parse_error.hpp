// Why and where an input could not be parsed: what all our parsers return.
#pragma once

#include <string>

namespace ringbridge {

struct ParseError {
    std::string path;  ///< `/calls/0/id`, `auth.steps[1].request`; empty for the whole
    std::string why;   ///< a clause that a person can act on
    bool operator==(const ParseError&) const = default;
};

}  // namespace ringbridge

// A text to be found anywhere, as a pattern for LIKE. Private to this folder.
#pragma once

#include <string>

namespace ringbridge::ledger::postgres {

inline std::string pattern_of(const std::string& text) {
    std::string pattern = "%";
    for (const char c : text) {
        if (c == '%' || c == '_' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern + '%';
}

}  // namespace ringbridge::ledger::postgres

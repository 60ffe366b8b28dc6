#include "ledger/sqlite/search.hpp"

namespace ringbridge::ledger::sqlite {

std::string phrase_of(const std::string& searchable_text) {
    std::string phrase = "\"";
    for (const char c : searchable_text) phrase += c == '"' ? std::string{"\"\""} : std::string{c};
    return phrase + '"';
}

}  // namespace ringbridge::ledger::sqlite

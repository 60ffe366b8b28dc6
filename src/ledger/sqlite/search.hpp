// How SQLite finds calls by their text (ledger/search.hpp).
//
// The table `searched` holds it, one narrow row per call; triggers keep `search_index` in sync with
// it, an FTS5 index over each three characters (sqlite.org/fts5.html, "The Trigram Tokenizer").
#pragma once

#include "ledger/search.hpp"

namespace ringbridge::ledger::sqlite {

/// As a phrase for FTS5's MATCH.
std::string phrase_of(const std::string& searchable_text);

}  // namespace ringbridge::ledger::sqlite

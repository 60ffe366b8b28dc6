// The text by which a person finds calls: part of an id, a name or a number.
//
// The table `searched` holds it, one narrow row per call; triggers keep `search_index` in sync with
// it, an FTS5 index over each three characters (sqlite.org/fts5.html, "The Trigram Tokenizer").
#pragma once

#include "core/call.hpp"

#include <string>

namespace ringbridge::ledger::sqlite {

/// `text` in lower case, without the punctuation of numbers: `(571) 830-8515`.
std::string searchable(std::string_view text);

/// Whether the index can be used: it needs three characters or more.
bool is_indexed(const std::string& searchable_text);

/// As a phrase for FTS5's MATCH.
std::string phrase_of(const std::string& searchable_text);

/// What a call is found by.
std::string searched_text(const Call& call);

}  // namespace ringbridge::ledger::sqlite

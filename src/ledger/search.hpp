// What calls are found by when a person types a part of an id, a name or a number.
//
// The table `searched` holds it, a narrow row a call; triggers keep `search_index` in step with it,
// SQLite's FTS5 over each three characters (sqlite.org/fts5.html, "The Trigram Tokenizer").
#pragma once

#include "core/call.hpp"

#include <soci/soci.h>

#include <string>

namespace ringbridge::ledger {

/// What counts of a text: neither case nor what numbers are written with, `(571) 830-8515`.
std::string searchable(std::string_view text);

/// Whether the index can be asked: it knows three characters and more.
bool is_indexed(const std::string& searchable_text);

/// As FTS5's MATCH takes it.
std::string phrase_of(const std::string& searchable_text);

/// Prepared once for all rows of a transaction. It must be gone before the commit.
class SearchedText {
  public:
    SearchedText(soci::session& sql, const std::string& bridge);
    void set(const std::string& call_id, std::string text);
    void set(const Call& call);

  private:
    std::string call_id_, text_;
    soci::statement upsert_;
};

}  // namespace ringbridge::ledger

// Any bytes as text that PostgreSQL accepts: it refuses zero bytes and invalid UTF-8
// (postgresql.org/docs/15/datatype-character.html), which a platform's records may contain. Private
// to this folder.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge::ledger::postgres {

/// Valid UTF-8 without zero bytes. Each offending byte, and each byte 1A, becomes 1A and two hex
/// digits; all other text stays as it is.
std::string stored_text(std::string_view bytes);

/// What `stored_text` was made of.
std::string original_text(std::string_view stored);

}  // namespace ringbridge::ledger::postgres

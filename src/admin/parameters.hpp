// Query parameters, read strictly: what cannot be understood is refused, never guessed.
#pragma once

#include "bridge/bridge.hpp"
#include "core/url.hpp"
#include "ledger/ledger.hpp"

#include <expected>
#include <string>

namespace ringbridge::admin {

/// What is wrong with the query, as a sentence.
using BadQuery = std::string;

std::expected<bridge::Order, BadQuery> read_order(const Target& target, UtcTime now);
std::expected<ledger::Selection, BadQuery> read_selection(const Target& target);
std::expected<int, BadQuery> read_limit(const Target& target);
/// `true` or `false`, which is also what is not given.
std::expected<bool, BadQuery> read_flag(const Target& target, const char* name);

}  // namespace ringbridge::admin

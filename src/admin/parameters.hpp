// Query parameters, parsed strictly: what cannot be parsed is refused, never guessed.
#pragma once

#include "bridge/bridge.hpp"
#include "core/url.hpp"
#include "ledger/ledger.hpp"

#include <expected>
#include <string>

namespace ringbridge::admin {

/// What is wrong with the query, as a sentence.
using BadQuery = std::string;

/// RFC 3339, or a span back from `now`; nothing if not given.
std::expected<std::optional<UtcTime>, BadQuery> read_moment(const Target& target, const char* name,
                                                            UtcTime now);
/// `step`, a span of at least a minute; a day if not given.
std::expected<Milliseconds, BadQuery> read_step(const Target& target);
std::expected<bridge::Order, BadQuery> read_order(const Target& target, UtcTime now);
std::expected<ledger::Selection, BadQuery> read_selection(const Target& target);
std::expected<int, BadQuery> read_limit(const Target& target);
/// `true` or `false`; false if not given.
std::expected<bool, BadQuery> read_flag(const Target& target, const char* name);

}  // namespace ringbridge::admin

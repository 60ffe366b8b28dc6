// Query parameters, parsed as strictly as all that a person may ask for: see api/requests.hpp.
#pragma once

#include "api/requests.hpp"
#include "core/url.hpp"

#include <expected>
#include <string>

namespace ringbridge::admin {

using BadQuery = api::BadRequest;

std::expected<bridge::Order, BadQuery> read_order(const Target& target, UtcTime now);
std::expected<ledger::Selection, BadQuery> read_selection(const Target& target);
/// `step`, a span of at least a minute; a day if not given.
std::expected<Milliseconds, BadQuery> read_step(const Target& target);
/// `true` or `false`; false if not given.
std::expected<bool, BadQuery> read_flag(const Target& target, const char* name);

}  // namespace ringbridge::admin

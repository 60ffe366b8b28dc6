// What a dedup would merge or merged, as JSON and CSV, and the plan as a person edited it.
#pragma once

#include "bridge/duplicate_finder.hpp"
#include "core/parse_error.hpp"

#include <expected>
#include <string>
#include <vector>

namespace ringbridge::api {

std::string dedup_view(const bridge::DedupReport& report);

/// The plan as a table for a spreadsheet (RFC 4180): a row for each contact to merge away.
std::string plan_csv(const bridge::DedupReport& report);

/// A plan edited by a person: the output of `dedup_view`, or any object with its `plan`. A held
/// group with `"approve": true` is merged anyway.
std::expected<std::vector<DuplicateGroup>, ParseError> decode_plan(const std::string& text);

}  // namespace ringbridge::api

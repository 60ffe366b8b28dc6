// What a person may ask for, parsed strictly: what cannot be parsed is refused, never guessed.
#pragma once

#include "bridge/bridge.hpp"
#include "ledger/ledger.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace ringbridge::api {

/// What is wrong with a request, as a sentence.
using BadRequest = std::string;

/// A parameter as it was given; nothing: it was not.
using Given = std::optional<std::string>;

/// RFC 3339, or a span back from `now`. `name`: the parameter's, for the message.
std::expected<std::optional<UtcTime>, BadRequest> read_moment(const std::string& name,
                                                              const Given& text, UtcTime now);

struct GivenOrder {
    Given since, until;
    bool replace_activities = false;
    bool dry_run = false;
    std::string dashes = {};  ///< before a parameter's name: `--` on the command line
};

std::expected<bridge::Order, BadRequest> read_order(const GivenOrder& given, UtcTime now);

struct GivenSelection {
    Given state, query, limit, cursor;
};

std::expected<ledger::Selection, BadRequest> read_selection(const GivenSelection& given);

/// How many entries a list shows: from 1 to 500; 50 if not given.
std::expected<int, BadRequest> read_limit(const Given& text);

}  // namespace ringbridge::api

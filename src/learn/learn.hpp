// From a recording to a profile: `ringbridge learn`.
#pragma once

#include "learn/finding.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::learn {

struct Learned {
    std::string name;
    std::string profile;  ///< YAML that parse_profile() accepts
    std::vector<Finding> findings;
    std::vector<std::string> todo;  ///< empty: it needs no hand
};

/// The sentence of a recording that has no list of calls says what to record, and where to click.
/// `name`: the profile's; empty: by the page's host. The same text gives the same profile.
std::expected<Learned, std::string> learn(std::string_view har, const std::string& name = {});

/// Lower-case letters, digits and `-`, beginning with a letter: property names must, too.
bool is_profile_name(std::string_view name);

/// For a person: what was found, where, how sure, and what is left to do.
std::string account_text(const Learned& learned);
/// The same as JSON. `output`: the file that holds the profile; empty for none. `trial`: JSON of
/// what became of trying it; empty for none.
std::string encode_account(const Learned& learned, const std::string& output,
                           const std::string& trial = {});

}  // namespace ringbridge::learn

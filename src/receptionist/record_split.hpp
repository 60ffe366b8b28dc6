// A page's records, cut out of its text before any is parsed: so that one broken record costs
// itself and not the page, and an unreadable one can be kept as it came.
#pragma once

#include "receptionist/json_path.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::receptionist {

struct SplitPage {
    std::string envelope;                   ///< the page with `[]` in place of its list
    std::vector<std::string_view> records;  ///< each record's text, within the page's
};

enum class NotSplit {
    no_json,  ///< cut short, or something else altogether
    no_list,  ///< no list where the path leads
};

/// Whether the path leads to a list, or to `null`: looks no further than to where it begins.
std::expected<void, NotSplit> find_list(std::string_view page, const JsonPath& list);

/// `page` must outlive what comes back. A list that is `null` has no records.
std::expected<SplitPage, NotSplit> split_records(std::string_view page, const JsonPath& list);

}  // namespace ringbridge::receptionist

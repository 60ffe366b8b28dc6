// Splits a page's text into records before any is parsed: a broken record does not lose the page,
// and an unreadable one can be kept verbatim.
#pragma once

#include "receptionist/json_path.hpp"

#include <deque>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::receptionist {

struct SplitPage {
    std::string envelope;                   ///< the page with `[]` in place of its list
    std::vector<std::string_view> records;  ///< views into the page, or into `made`
    std::deque<std::string> made;  ///< records of an object, with their names in it as `_key`
};

enum class NotSplit {
    no_json,  ///< cut short, or not JSON
    no_list,  ///< no list at the path
};

/// Whether the path points to a list or `null`: reads only up to its start.
std::expected<void, NotSplit> find_list(std::string_view page, const JsonPath& list);

/// `page` must outlive the result. A `null` list has no records.
std::expected<SplitPage, NotSplit> split_records(std::string_view page, const JsonPath& list);

}  // namespace ringbridge::receptionist

// JSON as a platform lists it -> Calls. Only a record's id and time must be right; everything else
// is taken as far as it can be understood, whatever type it has today.
#pragma once

#include "core/call.hpp"
#include "receptionist/profile.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringbridge::receptionist {

/// What is nested deeper than this in a record is left out of it.
inline constexpr std::size_t deepest_record = 64;

/// Never throws: a record is a call, or it is kept as it came.
std::variant<Call, UnreadableRecord> read_record(std::string_view raw, const CallMapping& mapping);

struct ListedPage {
    std::vector<Call> calls;
    std::vector<UnreadableRecord> unreadable;
    std::optional<std::int64_t> total;  ///< of the whole listing, where the page tells
    std::string next_cursor;            ///< empty on the last page

    std::size_t records() const { return calls.size() + unreadable.size(); }
};

enum class UnreadablePage { no_json, no_list };

/// What a body without a list of records is; nothing where there is one, or where the body is cut
/// short before it.
std::optional<UnreadablePage> fault_in_page(const std::string& body, const CallStream& stream);

std::expected<ListedPage, UnreadablePage> read_listed_page(std::string body,
                                                           const CallStream& stream,
                                                           const CallMapping& mapping);

}  // namespace ringbridge::receptionist

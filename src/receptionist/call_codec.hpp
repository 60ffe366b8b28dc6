// A platform's JSON listing -> Calls. Only a record's id and time must be valid; everything else is
// converted as far as possible, whatever its type.
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

/// Anything nested deeper than this in a record is dropped.
inline constexpr std::size_t deepest_record = 64;

/// Never throws: returns a call, or the raw record.
std::variant<Call, UnreadableRecord> read_record(std::string_view raw, const CallMapping& mapping);

struct ListedPage {
    std::vector<Call> calls;
    std::vector<UnreadableRecord> unreadable;
    std::vector<std::string> others;    ///< hashes of records that the profile's filter leaves out
    std::optional<std::int64_t> total;  ///< of the whole listing, if the page reports it
    std::optional<bool> has_more;       ///< whether another page follows, if the page reports it
    std::string next_cursor;            ///< or the next page's address; empty on the last page

    std::size_t records() const { return calls.size() + unreadable.size() + others.size(); }
};

enum class UnreadablePage { no_json, no_list };

/// Why a body has no list of records; nullopt if it has one, or is cut short before it.
std::optional<UnreadablePage> fault_in_page(const std::string& body, const CallStream& stream);

std::expected<ListedPage, UnreadablePage> read_listed_page(std::string body,
                                                           const CallStream& stream,
                                                           const CallMapping& mapping);

}  // namespace ringbridge::receptionist

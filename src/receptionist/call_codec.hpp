// A platform's JSON listing -> Calls. Only a record's id and time must be valid; everything else is
// converted as far as possible, whatever its type.
#pragma once

#include "core/call.hpp"
#include "receptionist/placeholders.hpp"
#include "receptionist/profile.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ringbridge::receptionist {

/// Anything nested deeper than this in a record is dropped.
inline constexpr std::size_t deepest_record = 64;

/// Never throws: returns a call, or the raw record.
std::variant<Call, UnreadableRecord> read_record(std::string_view raw, const CallMapping& mapping);

/// `${record.NAME}` for each of `names` that the record has.
Values values_of_record(std::string_view raw, const std::vector<std::string>& names);

/// The record with what a detail's answer has at `path` merged over it; nothing if the answer has
/// no object there. What is blank in the detail does not replace anything.
std::optional<std::string> merge_detail(std::string_view raw, const std::string& body,
                                        const JsonPath& path);

/// The ids in a list of agents; nothing if there is no list, or none of them has one.
std::optional<std::set<std::string>> agents_in(std::string body, const AgentList& agents);

/// Differs if the record changed; signatures in addresses do not count.
std::string hash_of_record(std::string_view raw);

struct ListedPage {
    std::vector<Call> calls;
    std::vector<std::string> records;  ///< of the calls, if the profile reads their details
    std::vector<UnreadableRecord> unreadable;
    std::vector<std::string> others;    ///< hashes of records that the profile's filter leaves out
    std::optional<std::int64_t> total;  ///< of the whole listing, if the page reports it
    std::optional<bool> has_more;       ///< whether another page follows, if the page reports it
    std::string next_cursor;            ///< or the next page's address; empty on the last page

    std::size_t count() const { return calls.size() + unreadable.size() + others.size(); }
};

enum class UnreadablePage { no_json, no_list };

/// Why a body has no list of records; nullopt if it has one, or is cut short before it.
std::optional<UnreadablePage> fault_in_page(const std::string& body, const CallStream& stream);

std::expected<ListedPage, UnreadablePage> read_listed_page(std::string body,
                                                           const CallStream& stream,
                                                           const CallMapping& mapping);

}  // namespace ringbridge::receptionist

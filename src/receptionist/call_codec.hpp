// A platform's JSON listing -> Calls. Only a record's id and time must be valid; everything else is
// converted as far as possible, whatever its type.
#pragma once

#include "core/call.hpp"
#include "receptionist/placeholders.hpp"
#include "receptionist/profile.hpp"

#include <cstdint>
#include <expected>
#include <map>
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

/// Empty if it has none that can be used.
CallId id_of_record(std::string_view raw, const CallMapping& mapping);

/// `${record.NAME}` for each of `names` that the record has.
Values values_of_record(std::string_view raw, const std::vector<std::string>& names);

/// The record with what a detail's answer has at `path` merged over it; nothing if the answer has
/// no object there. What is blank in the detail does not replace anything.
std::optional<std::string> merge_detail(std::string_view raw, const std::string& body,
                                        const JsonPath& path);

/// By what a page says itself, whether others follow it.
struct PageSigns {
    std::optional<std::int64_t> total;  ///< of the whole listing, if the page reports it
    std::optional<bool> has_more;       ///< whether another page follows, if the page reports it
    std::string next_cursor;            ///< or the next page's address; empty on the last page
};

/// A page of a list of agents.
struct AgentPage {
    std::set<std::string> ids;
    std::size_t count = 0;
    PageSigns signs;
};

/// Nothing if there is no list, or none of the agents has an id.
std::optional<AgentPage> agents_in(std::string body, const AgentList& agents);

/// The objects of a lookup's list as JSON, by id. An empty text is one that the list does not have.
using LookedUp = std::map<std::string, std::string>;

/// Nothing if there is no list.
std::optional<LookedUp> looked_up_in(std::string body, const Lookup& lookup,
                                     const CallMapping& mapping);

/// The record with the object that it names by its id.
std::string with_looked_up(std::string_view raw, const std::optional<Lookup>& lookup,
                           const LookedUp& objects);

/// The ids that records on a page name, of objects that they do not have.
std::set<std::string> ids_to_look_up(const std::string& body, const CallStream& stream);

/// Differs if the record changed; signatures in addresses do not count.
std::string hash_of_record(std::string_view raw);

/// What a call was read from.
struct ListedRecord {
    std::string raw;             ///< JSON; empty: it was not read
    FieldStates fields;          ///< empty: the record was not read now, or not all of it
    std::string no_detail = {};  ///< why its detail could not be read; empty: it was, or has none
};

/// Records, and what was read from them.
struct ReadRecords {
    std::vector<Call> calls;
    std::vector<ListedRecord> records;  ///< of the calls, in their order
    std::vector<UnreadableRecord> unreadable;
    std::vector<UnreadableRecord> left_out;  ///< by the profile's filter
};

struct ListedPage : ReadRecords, PageSigns {
    std::vector<std::string> others;  ///< hashes of calls that were not asked for

    std::size_t count() const {
        return calls.size() + unreadable.size() + left_out.size() + others.size();
    }
};

enum class UnreadablePage { no_json, no_list };

/// Why a body has no list of records; nullopt if it has one, or is cut short before it.
std::optional<UnreadablePage> fault_in_page(const std::string& body, const CallStream& stream);

/// What the profile makes of records that were listed earlier, in their order.
ReadRecords read_records(const std::vector<std::string>& raws, const CallStream& stream,
                         const CallMapping& mapping);

std::expected<ListedPage, UnreadablePage> read_listed_page(std::string body,
                                                           const CallStream& stream,
                                                           const CallMapping& mapping,
                                                           const LookedUp& looked_up = {});

}  // namespace ringbridge::receptionist

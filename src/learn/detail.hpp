// The request that a site sends when one call is opened, and what its answer adds to the list.
#pragma once

#include "learn/call_list.hpp"
#include "learn/fields.hpp"
#include "learn/provenance.hpp"
#include "learn/request_text.hpp"

#include <optional>
#include <string>

namespace ringbridge::learn {

struct FoundDetail {
    std::size_t exchange = 0;
    std::string record;    ///< where the call is in the answer: `$.call`
    std::string id_name;   ///< of the listed record's field that the request has: `id`, `node.id`
    std::string id_value;  ///< of the call that was opened

    /// What becomes of a piece that has the id in it; nothing for others.
    std::optional<Fate> fate_of(const Piece& piece) const;
};

/// As the profile has it.
struct DetailText {
    RequestText request;
    std::string record;
    std::string adds;  ///< the fields, for people
};

/// The one that adds the most. Adds what the opened calls have to the table.
std::optional<FoundDetail> find_detail(const Recording& recording, const Provenance& provenance,
                                       const CallList& list, const std::string& id_path,
                                       Table& table);

/// Of the mapped fields those that only an opened call has, or has whole; empty if there are none.
std::string fields_of_detail(const Table& table, const Mapping& mapping);

}  // namespace ringbridge::learn

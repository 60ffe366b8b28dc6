// Records and batches as HubSpot shows them.
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

using Names = std::set<std::string>;

/// The default properties of an answer (contacts and calls guides).
Names default_names(ObjectType type);
/// After a write HubSpot shows more of a contact than after a read.
Names written_names(ObjectType type, const Properties& given);

/// A `SimplePublicObject`. Properties without a value are null; unknown ones are omitted.
/// Unconfirmed by the guides: the null. HubSpot's OpenAPI description has strings only.
Json record_json(const PortalState& state, const Record& record, const Names& names);

/// `{"calls":{"results":[…]}}` of v3's `?associations=`; an empty object where there are none.
Json associations_json(const PortalState& state, const Record& record,
                       const std::set<ObjectType>& types);

/// `call_to_contact`
std::string association_name(const Direction& direction);

/// 204, which has no body.
HttpResponse no_content();

/// The envelope of every batch answer: 207 where there are `errors`, else `success`.
HttpResponse batch_response(int success, const Json& results, const Json& errors, UtcTime now);

/// HubSpot guarantees no order for batch results. Seeded, so that a run can be repeated.
Json shuffled(PortalState& state, Json results);

}  // namespace ringbridge::sim

// The activities that are already in HubSpot, recognized by their marker: on given contacts, and on
// every contact with a number.
#pragma once

#include "bridge/pipeline.hpp"

namespace ringbridge::bridge {

/// A call may have several.
using MarkedCalls = std::multimap<CallId, hubspot::Marked>;

struct MarkedActivities {
    MarkedCalls marked;
    std::map<ContactId, hubspot::Refused> refused;  ///< contacts that HubSpot does not show
};

/// Throws OutOfReach if HubSpot shows no activities at all.
Task<MarkedActivities> marked_activities(Pipeline* pipeline, std::set<ContactId> contact_ids);

/// The oldest contacts with one of these numbers, by id, except the `known` ones.
Task<std::map<ContactId, hubspot::Contact>> other_matches(Pipeline* pipeline,
                                                          std::set<PhoneNumber> numbers,
                                                          std::set<ContactId> known);

}  // namespace ringbridge::bridge

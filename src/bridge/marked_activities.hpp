// The activities that are already in HubSpot, recognized by their marker: on given contacts, and on
// every contact with a number.
#pragma once

#include "bridge/pipeline.hpp"

namespace ringbridge::bridge {

/// A call may have several.
using MarkedCalls = std::multimap<CallId, hubspot::Marked>;

struct MarkedActivities {
    MarkedCalls marked;
    std::map<std::string, hubspot::Refused> refused;  ///< contacts that HubSpot does not show
};

/// Throws OutOfReach if HubSpot shows no activities at all.
Task<MarkedActivities> marked_activities(Pipeline* pipeline, std::set<std::string> contact_ids);

/// The oldest contacts with one of these numbers, by id, except the `known` ones.
Task<std::map<std::string, hubspot::Record>> other_matches(Pipeline* pipeline,
                                                           std::set<PhoneNumber> numbers,
                                                           std::set<std::string> known);

}  // namespace ringbridge::bridge

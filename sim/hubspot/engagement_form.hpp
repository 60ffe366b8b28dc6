// Translates between the two notations of one record: v1 engagement and calls object.
#pragma once

#include "sim/hubspot/json.hpp"
#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

/// A create or update body, its fields checked, in the calls object's terms.
struct EngagementForm {
    Properties properties;
    std::vector<std::string> contact_ids;
};

/// `creating`: type and metadata are required, associations optional.
std::expected<EngagementForm, Refusal> read_engagement(const std::string& body, bool creating);

/// All properties of v1 metadata, cleared before a PUT replaces them.
Properties cleared_metadata();

Json engagement_json(const PortalState& state, const Record& call);

/// v1 errors have no category and no details.
Refusal v1_form(Refusal refusal);

}  // namespace ringbridge::sim

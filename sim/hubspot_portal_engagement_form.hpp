// The v1 engagement and the call behind it are one record in two notations: here is the dictionary.
#pragma once

#include "sim/hubspot_portal_json.hpp"
#include "sim/hubspot_portal_state.hpp"

namespace ringbridge::sim {

/// A create or update body, its fields checked, in the calls object's terms.
struct EngagementForm {
    Properties properties;
    std::vector<std::string> contact_ids;
};

/// `creating`: type and metadata must be there and associations may be.
std::expected<EngagementForm, Refusal> read_engagement(const std::string& body, bool creating);

/// All that v1 metadata can say, to be cleared before PUT writes it anew.
Properties cleared_metadata();

Json engagement_json(const PortalState& state, const Record& call);

/// v1's refusals carry no category and no details.
Refusal v1_form(Refusal refusal);

}  // namespace ringbridge::sim

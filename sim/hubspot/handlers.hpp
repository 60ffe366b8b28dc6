// One function for each HubSpot route. hubspot_portal_routes.cpp maps paths to them; each section
// below has its own file.
#pragma once

#include "sim/hubspot/state.hpp"

namespace ringbridge::sim {

using Handler = Answer (*)(PortalState&, const Ask&);

// hubspot_portal_objects.cpp: one record at a time
Answer list_records(PortalState&, const Ask&);
Answer create_one(PortalState&, const Ask&);
Answer get_record(PortalState&, const Ask&);
Answer update_one(PortalState&, const Ask&);
Answer archive_one(PortalState&, const Ask&);

// hubspot_portal_batch.cpp: up to a hundred
Answer batch_create(PortalState&, const Ask&);
Answer batch_read(PortalState&, const Ask&);
Answer batch_update(PortalState&, const Ask&);
Answer batch_upsert(PortalState&, const Ask&);
Answer batch_archive(PortalState&, const Ask&);

// hubspot_portal_merge.cpp, hubspot_portal_search.cpp
Answer merge_contacts(PortalState&, const Ask&);
Answer search_records(PortalState&, const Ask&);

// hubspot_portal_associations.cpp: one pair
Answer list_associations(PortalState&, const Ask&);
Answer associate_labelled(PortalState&, const Ask&);
Answer associate_default(PortalState&, const Ask&);
Answer dissociate(PortalState&, const Ask&);
Answer list_associations_v3(PortalState&, const Ask&);
Answer associate_v3(PortalState&, const Ask&);

// hubspot_portal_association_batches.cpp: many pairs
Answer batch_read_associations(PortalState&, const Ask&);
Answer batch_associate(PortalState&, const Ask&);
Answer batch_associate_default(PortalState&, const Ask&);
Answer batch_dissociate(PortalState&, const Ask&);

// hubspot_portal_properties.cpp and hubspot_portal_property_batches.cpp
Answer list_properties(PortalState&, const Ask&);
Answer create_property(PortalState&, const Ask&);
Answer get_property(PortalState&, const Ask&);
Answer update_property(PortalState&, const Ask&);
Answer archive_property(PortalState&, const Ask&);
Answer batch_create_properties(PortalState&, const Ask&);
Answer batch_read_properties(PortalState&, const Ask&);
Answer batch_archive_properties(PortalState&, const Ask&);

// hubspot_portal_groups.cpp
Answer list_groups(PortalState&, const Ask&);
Answer create_group(PortalState&, const Ask&);
Answer get_group(PortalState&, const Ask&);
Answer update_group(PortalState&, const Ask&);
Answer archive_group(PortalState&, const Ask&);

// hubspot_portal_engagements.cpp: calls in their v1 form
Answer create_engagement(PortalState&, const Ask&);
Answer get_engagement(PortalState&, const Ask&);
Answer patch_engagement(PortalState&, const Ask&);
Answer put_engagement(PortalState&, const Ask&);
Answer delete_engagement(PortalState&, const Ask&);
Answer page_engagements(PortalState&, const Ask&);
Answer recent_engagements(PortalState&, const Ask&);
Answer page_associated_engagements(PortalState&, const Ask&);
Answer associate_engagement(PortalState&, const Ask&);
Answer dissociate_engagement(PortalState&, const Ask&);

// hubspot_portal_account.cpp
Answer account_details(PortalState&, const Ask&);
Answer daily_usage(PortalState&, const Ask&);
Answer token_info(PortalState&, const Ask&);
Answer list_owners(PortalState&, const Ask&);
Answer get_owner(PortalState&, const Ask&);
Answer list_dispositions(PortalState&, const Ask&);

}  // namespace ringbridge::sim

// The paths of HubSpot's resources, by API version.
#pragma once

#include "core/hubspot_api.hpp"

#include <string>
#include <string_view>

namespace ringbridge::hubspot {

/// `/crm/objects/2026-09/contacts` or `/crm/v3/objects/contacts`.
std::string objects_path(ApiVersion version, std::string_view type);

/// Batch read of associations; with v3 it is v4.
std::string associations_path(ApiVersion version, std::string_view from, std::string_view to);

/// The association between two records: the path to create it if `make`, else to remove it. With v3
/// it is v4 as well.
std::string association_path(ApiVersion version, std::string_view from, std::string_view from_id,
                             std::string_view to, std::string_view to_id, bool make);

/// `/crm/properties/2026-09/contacts` or `/crm/v3/properties/contacts`.
std::string properties_path(ApiVersion version, std::string_view type);

/// `/account-info/2026-09/details`.
std::string account_path(ApiVersion version);

/// The path for logs and metrics: without its query, with `{id}` for each id.
std::string route_of(std::string_view path);

}  // namespace ringbridge::hubspot

// HubSpot's API versions and the paths of their resources.
//
// Dated versions come each March and September; v1 to v3 go unsupported in September 2027
// (developers.hubspot.com, changelog "Legacy APIs and legacy apps: what's going unsupported and
// when"). So the version is a value, never a constant in a path.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace ringbridge::hubspot {

enum class ApiVersion { v2026_09, v2026_03, v3 };

/// Newest first: the order in which they are probed.
inline constexpr std::array api_versions{ApiVersion::v2026_09, ApiVersion::v2026_03,
                                         ApiVersion::v3};

/// `2026-09`, `2026-03`, `v3`.
std::string to_string(ApiVersion version);

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

// HubSpot's API versions and activity protocols: what is used is probed, or the operator's choice.
//
// Dated versions come each March and September; v1 to v3 go unsupported in September 2027
// (developers.hubspot.com, changelog "Legacy APIs and legacy apps: what's going unsupported and
// when"). So the version is a value, never a constant in a path.
#pragma once

#include "core/words.hpp"

namespace ringbridge {

enum class ApiVersion { v2026_09, v2026_03, v3 };

/// Newest first: the order in which they are probed.
inline constexpr Words<ApiVersion, 3> api_versions{
    {{"2026-09", ApiVersion::v2026_09}, {"2026-03", ApiVersion::v2026_03}, {"v3", ApiVersion::v3}}};

/// The calls object, or v1 engagements of type CALL.
enum class ActivityApi { calls, engagements_v1 };

inline constexpr Words<ActivityApi, 2> activity_apis{
    {{"calls", ActivityApi::calls}, {"engagements-v1", ActivityApi::engagements_v1}}};

inline std::string to_string(ApiVersion known) { return std::string{word_of(api_versions, known)}; }

inline std::string to_string(ActivityApi api) { return std::string{word_of(activity_apis, api)}; }

}  // namespace ringbridge

// How the API's JSON is written. For the *_codec.cpp files in src/api.
#pragma once

#include "core/time.hpp"
#include "hubspot/client.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>

namespace ringbridge::api {

using nlohmann::json;

inline json or_null(const std::string& text) { return text.empty() ? json() : json(text); }

inline json or_null(const std::optional<UtcTime>& time) {
    return time ? json(format_utc(*time)) : json();
}

template <class T>
json or_null(const std::optional<T>& value) {
    return value ? json(*value) : json();
}

inline json encode_quota(const hubspot::Quota& quota) {
    return {{"burstLeft", or_null(quota.burst_left)},
            {"burstLimit", or_null(quota.burst_limit)},
            {"dailyLeft", or_null(quota.daily_left)},
            {"dailyLimit", or_null(quota.daily_limit)}};
}

/// A caller's name may hold any bytes: invalid ones are replaced.
inline std::string dump(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace ringbridge::api

// Outbound requests counted by route and status, for `/metrics`.
#pragma once

#include "ports/http.hpp"

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <utility>

namespace ringbridge {

/// By route, `GET /crm/v3/objects/contacts/{id}`, and status, `200`, or `lost` without a complete
/// response. Routes contain no ids and no queries, so there are never many.
using Traffic = std::map<std::pair<std::string, std::string>, std::uint64_t>;

inline std::string status_label(const std::expected<HttpResponse, Lost>& exchange) {
    return exchange ? std::to_string(exchange->status) : "lost";
}

}  // namespace ringbridge

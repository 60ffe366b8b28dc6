// Requests that left, counted by where they went and how they were answered: for `/metrics`.
#pragma once

#include "ports/http.hpp"

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <utility>

namespace ringbridge {

/// By route, `GET /crm/v3/objects/contacts/{id}`, and status, `200`, or `lost` where no whole
/// answer came. A route holds no id and no query, so there are never many.
using Traffic = std::map<std::pair<std::string, std::string>, std::uint64_t>;

inline std::string status_label(const std::expected<HttpResponse, Lost>& exchange) {
    return exchange ? std::to_string(exchange->status) : "lost";
}

}  // namespace ringbridge

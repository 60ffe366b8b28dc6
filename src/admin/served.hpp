// The bridges that the admin API is about.
#pragma once

#include "bridge/service.hpp"

#include <string>
#include <vector>

namespace ringbridge::admin {

struct Served {
    std::string name;
    std::string region;  ///< of numbers without a country code
    bridge::Service& service;
};

/// What a sentence about one of several begins with: `north: `.
inline std::string mark_of(const Served& served, const std::vector<Served>& all) {
    return all.size() == 1 ? "" : served.name + ": ";
}

}  // namespace ringbridge::admin

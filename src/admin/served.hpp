// The bridges that the admin API serves.
#pragma once

#include "bridge/service.hpp"

#include <string>
#include <vector>

namespace ringbridge::admin {

struct Served {
    std::string name;
    std::string region;  ///< for numbers without a country code
    bridge::Service& service;
};

/// The prefix of a message about one of several bridges: `north: `.
inline std::string mark_of(const Served& served, const std::vector<Served>& all) {
    return all.size() == 1 ? "" : served.name + ": ";
}

}  // namespace ringbridge::admin

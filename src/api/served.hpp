// The bridges that the API serves.
#pragma once

#include "bridge/service.hpp"

#include <string>
#include <vector>

namespace ringbridge::api {

struct Served {
    std::string name;
    std::string region;  ///< for numbers without a country code
    bridge::Service& service;
};

}  // namespace ringbridge::api

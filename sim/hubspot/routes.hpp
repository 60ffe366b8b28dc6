// From a method and a path to the function that answers it.
#pragma once

#include "sim/hubspot/handlers.hpp"

namespace ringbridge::sim {

enum class Kind { read, write, search };

struct Route {
    std::string_view method;
    std::string_view pattern;   ///< after the version is taken out: `objects/{type}/{id}`
    std::string_view versions;  ///< the API versions that have it: any of `v3 v4 dated`, or `none`
    Kind kind;
    Handler handler;
};

/// A path with its version set apart: `/crm/objects/2026-09/calls` is `objects/calls` of 2026-09.
struct VersionedPath {
    std::string version;
    std::vector<std::string> segments;
};
VersionedPath versioned(const std::string& path);

struct Match {
    const Route* route = nullptr;
    std::map<std::string, std::string> parameters;
    bool wrong_method = false;  ///< the path is known, but not with this method
};
Match find_route(const std::string& method, const VersionedPath& path);

}  // namespace ringbridge::sim

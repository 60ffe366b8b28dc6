#include "hubspot/api.hpp"

namespace ringbridge::hubspot {

std::string objects_path(ApiVersion version, std::string_view type) {
    const auto base =
        version == ApiVersion::v3 ? "/crm/v3/objects/" : "/crm/objects/" + to_string(version) + '/';
    return base + std::string{type};
}

std::string associations_path(ApiVersion version, std::string_view from, std::string_view to) {
    const auto base = version == ApiVersion::v3 ? "/crm/v4/associations/"
                                                : "/crm/associations/" + to_string(version) + '/';
    return base + std::string{from} + '/' + std::string{to} + "/batch/read";
}

std::string association_path(ApiVersion version, std::string_view from, std::string_view from_id,
                             std::string_view to, std::string_view to_id, bool make) {
    auto path = version == ApiVersion::v3 ? "/crm/v4/objects/" + std::string{from}
                                          : objects_path(version, from);
    path.append("/").append(from_id).append(make ? "/associations/default/" : "/associations/");
    return path.append(to).append("/").append(to_id);
}

std::string properties_path(ApiVersion version, std::string_view type) {
    const auto base = version == ApiVersion::v3 ? "/crm/v3/properties/"
                                                : "/crm/properties/" + to_string(version) + '/';
    return base + std::string{type};
}

std::string account_path(ApiVersion version) {
    return "/account-info/" + to_string(version) + "/details";
}

std::string route_of(std::string_view path) {
    path = path.substr(0, path.find('?'));
    std::string route;
    while (!path.empty()) {
        path.remove_prefix(1);  // the slash
        const auto segment = path.substr(0, path.find('/'));
        const bool id = segment.find_first_not_of("0123456789") == std::string_view::npos;
        route.append("/").append(id && !segment.empty() ? "{id}" : segment);
        path.remove_prefix(segment.size());
    }
    return route;
}

}  // namespace ringbridge::hubspot

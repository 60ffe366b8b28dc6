#include "sim/hubspot/routes.hpp"

#include <ranges>

namespace ringbridge::sim {
namespace {

using enum Kind;

// The first match wins: literal segments come before parameters.
constexpr Route routes[] = {
    {"POST", "objects/{type}/search", "v3 dated", search, search_records},
    {"POST", "objects/{type}/merge", "v3 dated", write, merge_contacts},
    {"POST", "objects/{type}/batch/create", "v3 dated", write, batch_create},
    {"POST", "objects/{type}/batch/read", "v3 dated", read, batch_read},
    {"POST", "objects/{type}/batch/update", "v3 dated", write, batch_update},
    {"POST", "objects/{type}/batch/upsert", "v3 dated", write, batch_upsert},
    {"POST", "objects/{type}/batch/archive", "v3 dated", write, batch_archive},
    {"GET", "objects/{type}", "v3 dated", read, list_records},
    {"POST", "objects/{type}", "v3 dated", write, create_one},
    {"GET", "objects/{type}/{id}", "v3 dated", read, get_record},
    {"PATCH", "objects/{type}/{id}", "v3 dated", write, update_one},
    {"DELETE", "objects/{type}/{id}", "v3 dated", write, archive_one},

    {"PUT", "objects/{type}/{id}/associations/default/{to_type}/{to_id}", "v4 dated", write,
     associate_default},
    {"GET", "objects/{type}/{id}/associations/{to_type}", "v4 dated", read, list_associations},
    {"PUT", "objects/{type}/{id}/associations/{to_type}/{to_id}", "v4 dated", write,
     associate_labelled},
    {"DELETE", "objects/{type}/{id}/associations/{to_type}/{to_id}", "v4 dated", write, dissociate},
    {"GET", "objects/{type}/{id}/associations/{to_type}", "v3", read, list_associations_v3},
    {"PUT", "objects/{type}/{id}/associations/{to_type}/{to_id}/{kind}", "v3", write, associate_v3},
    {"DELETE", "objects/{type}/{id}/associations/{to_type}/{to_id}/{kind}", "v3", write,
     dissociate},

    {"POST", "associations/{type}/{to_type}/batch/read", "v4 dated", read, batch_read_associations},
    {"POST", "associations/{type}/{to_type}/batch/create", "v4 dated", write, batch_associate},
    {"POST", "associations/{type}/{to_type}/batch/associate/default", "v4 dated", write,
     batch_associate_default},
    {"POST", "associations/{type}/{to_type}/batch/archive", "v4 dated", write, batch_dissociate},

    {"GET", "properties/{type}/groups", "v3 dated", read, list_groups},
    {"POST", "properties/{type}/groups", "v3 dated", write, create_group},
    {"GET", "properties/{type}/groups/{name}", "v3 dated", read, get_group},
    {"PATCH", "properties/{type}/groups/{name}", "v3 dated", write, update_group},
    {"DELETE", "properties/{type}/groups/{name}", "v3 dated", write, archive_group},
    {"POST", "properties/{type}/batch/create", "v3 dated", write, batch_create_properties},
    {"POST", "properties/{type}/batch/read", "v3 dated", read, batch_read_properties},
    {"POST", "properties/{type}/batch/archive", "v3 dated", write, batch_archive_properties},
    {"GET", "properties/{type}", "v3 dated", read, list_properties},
    {"POST", "properties/{type}", "v3 dated", write, create_property},
    {"GET", "properties/{type}/{name}", "v3 dated", read, get_property},
    {"PATCH", "properties/{type}/{name}", "v3 dated", write, update_property},
    {"DELETE", "properties/{type}/{name}", "v3 dated", write, archive_property},

    {"GET", "owners", "v3 dated", read, list_owners},
    {"GET", "owners/{id}", "v3 dated", read, get_owner},
    {"GET", "account-info/details", "v3 dated", read, account_details},
    {"GET", "account-info/api-usage/daily/private-apps", "v3 dated", read, daily_usage},

    {"POST", "engagements/v1/engagements", "none", write, create_engagement},
    {"GET", "engagements/v1/engagements/paged", "none", read, page_engagements},
    {"GET", "engagements/v1/engagements/recent/modified", "none", read, recent_engagements},
    {"GET", "engagements/v1/engagements/associated/{to_type}/{to_id}/paged", "none", read,
     page_associated_engagements},
    {"GET", "engagements/v1/engagements/{id}", "none", read, get_engagement},
    {"PATCH", "engagements/v1/engagements/{id}", "none", write, patch_engagement},
    {"PUT", "engagements/v1/engagements/{id}", "none", write, put_engagement},
    {"DELETE", "engagements/v1/engagements/{id}", "none", write, delete_engagement},
    {"PUT", "engagements/v1/engagements/{id}/associations/{to_type}/{to_id}", "none", write,
     associate_engagement},
    {"DELETE", "engagements/v1/engagements/{id}/associations/{to_type}/{to_id}", "none", write,
     dissociate_engagement},
    {"GET", "calling/v1/dispositions", "none", read, list_dispositions},
    {"POST", "oauth/v2/private-apps/get/access-token-info", "none", read, token_info},
};

std::vector<std::string> segments_of(std::string_view path) {
    std::vector<std::string> segments;
    for (const auto part : std::views::split(path, '/')) {
        if (!part.empty()) segments.emplace_back(part.begin(), part.end());
    }
    return segments;
}

// `2026-09`: four digits, a dash, two digits.
bool is_dated(const std::string& text) {
    return text.size() == 7 && text[4] == '-' && text.find_first_not_of("0123456789-") == text.npos;
}

bool serves(const Route& route, const std::string& version) {
    if (version.empty()) return route.versions == "none";
    return route.versions.find(is_dated(version) ? "dated" : version) != std::string_view::npos;
}

std::optional<std::map<std::string, std::string>> fit(std::string_view pattern,
                                                      const std::vector<std::string>& segments) {
    const auto expected = segments_of(pattern);
    if (expected.size() != segments.size()) return std::nullopt;
    std::map<std::string, std::string> parameters;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        if (expected[i].starts_with('{')) {
            parameters[expected[i].substr(1, expected[i].size() - 2)] = segments[i];
        } else if (expected[i] != segments[i]) {
            return std::nullopt;
        }
    }
    return parameters;
}

}  // namespace

VersionedPath versioned(const std::string& path) {
    VersionedPath result{.version = {}, .segments = segments_of(path)};
    auto& segments = result.segments;
    const auto take = [&](std::size_t position) {
        result.version = segments[position];
        segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(position));
    };
    if (segments.size() < 2) return result;
    if (segments[0] == "account-info") take(1);
    if (segments[0] != "crm") return result;
    if (segments.size() > 2 && is_dated(segments[2])) {
        take(2);
    } else {
        take(1);
    }
    segments.erase(segments.begin());
    return result;
}

Match find_route(const std::string& method, const VersionedPath& path) {
    Match match;
    for (const auto& route : routes) {
        if (!serves(route, path.version)) continue;
        auto parameters = fit(route.pattern, path.segments);
        if (!parameters) continue;
        if (route.method == method) return {.route = &route, .parameters = *std::move(parameters)};
        match.wrong_method = true;
    }
    return match;
}

}  // namespace ringbridge::sim

// Property groups: the headings under which HubSpot shows properties (properties guide).
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/objects.hpp"
#include "sim/hubspot/properties.hpp"
#include "sim/hubspot/views.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringbridge::sim {
namespace {

Json group_json(const PropertyGroup& group) {
    return {{"name", group.name},
            {"label", group.label},
            {"displayOrder", group.display_order},
            {"archived", false}};
}

std::expected<Schema*, Refusal> asked_schema(PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    return &state.schemas.at(*type);
}

std::expected<PropertyGroup*, Refusal> asked_group(PortalState& state, const Ask& ask) {
    const auto schema = asked_schema(state, ask);
    if (!schema) return std::unexpected(schema.error());
    const auto found = (*schema)->groups.find(ask.at("name"));
    if (found == (*schema)->groups.end()) {
        return std::unexpected(no_such("Property group", ask.at("name")));
    }
    return &found->second;
}

}  // namespace

Answer list_groups(PortalState& state, const Ask& ask) {
    const auto schema = asked_schema(state, ask);
    if (!schema) return std::unexpected(schema.error());
    auto results = Json::array();
    for (const auto& [name, group] : (*schema)->groups) results.push_back(group_json(group));
    return json_response(200, text_of({{"results", results}}));
}

Answer create_group(PortalState& state, const Ask& ask) {
    const auto schema = asked_schema(state, ask);
    if (!schema) return std::unexpected(schema.error());
    const auto body = read_object(ask.body, "PropertyGroupCreate",
                                  {{"name", Shape::text, true},
                                   {"label", Shape::text, true},
                                   {"displayOrder", Shape::integer}});
    if (!body) return std::unexpected(body.error());
    PropertyGroup group{.name = (*body)["name"].get<std::string>(),
                        .label = (*body)["label"].get<std::string>(),
                        .display_order = body->value("displayOrder", std::int64_t{-1})};
    if (group.name.empty() || group.label.empty()) {
        return std::unexpected(validation_error("name and label must not be empty"));
    }
    if ((*schema)->groups.contains(group.name)) {
        return std::unexpected(
            Refusal{.status = 409,
                    .category = "OBJECT_ALREADY_EXISTS",
                    .message = "A property group named '" + group.name + "' already exists."});
    }
    const auto& stored = (*schema)->groups[group.name] = group;
    return json_response(201, text_of(group_json(stored)));
}

Answer get_group(PortalState& state, const Ask& ask) {
    const auto group = asked_group(state, ask);
    if (!group) return std::unexpected(group.error());
    return json_response(200, text_of(group_json(**group)));
}

Answer update_group(PortalState& state, const Ask& ask) {
    const auto group = asked_group(state, ask);
    if (!group) return std::unexpected(group.error());
    const auto body = read_object(ask.body, "PropertyGroupUpdate",
                                  {{"label", Shape::text}, {"displayOrder", Shape::integer}});
    if (!body) return std::unexpected(body.error());
    (*group)->label = body->value("label", (*group)->label);
    (*group)->display_order = body->value("displayOrder", (*group)->display_order);
    return json_response(200, text_of(group_json(**group)));
}

Answer archive_group(PortalState& state, const Ask& ask) {
    const auto group = asked_group(state, ask);
    if (!group) return std::unexpected(group.error());
    auto& schema = **asked_schema(state, ask);
    const bool used = std::ranges::any_of(schema.properties, [&](const auto& entry) {
        return entry.second.group == (*group)->name && !entry.second.archived_at;
    });
    if (used) return std::unexpected(validation_error("The property group is not empty"));
    schema.groups.erase(ask.at("name"));
    return no_content();
}

}  // namespace ringbridge::sim

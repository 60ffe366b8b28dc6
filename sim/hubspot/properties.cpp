// Defining properties, one at a time (properties guide).
#include "sim/hubspot/properties.hpp"

#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/objects.hpp"
#include "sim/hubspot/values.hpp"
#include "sim/hubspot/views.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringbridge::sim {
namespace {

constexpr std::ptrdiff_t most_custom = 1'000;
constexpr std::ptrdiff_t most_unique = 10;

struct Fit {
    std::string_view type;
    std::string_view field_types;
};
constexpr Fit fits[] = {
    {"bool", " booleancheckbox calculation_equation "},
    {"date", " date "},
    {"datetime", " date "},
    {"enumeration", " booleancheckbox calculation_equation checkbox radio select "},
    {"number", " calculation_equation number "},
    {"phone_number", " phonenumber "},
    {"string", " calculation_equation file html phonenumber text textarea "},
};

bool is_name(const std::string& name) {
    const bool allowed =
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string::npos;
    // Unconfirmed: HubSpot's own rule. `hs_` is assumed to be reserved for HubSpot.
    return !name.empty() && name.size() <= 100 && allowed && name.front() >= 'a' &&
           name.front() <= 'z' && !name.starts_with("hs_");
}

Json option_json(const PropertyOption& option) {
    return {{"label", option.label},
            {"value", option.value},
            {"description", option.description},
            {"displayOrder", option.display_order},
            {"hidden", option.hidden}};
}

Check check_option(const Json& option, const Ask& ask) {
    return check_object(option, "OptionInput",
                        {{"label", Shape::text, true},
                         {"value", Shape::text, true},
                         {"hidden", Shape::boolean, true},
                         // Required since the dated versions.
                         {"displayOrder", Shape::integer, ask.dated()},
                         {"description", Shape::text}});
}

std::expected<std::vector<PropertyOption>, Refusal> read_options(const Json& body, const Ask& ask) {
    std::vector<PropertyOption> options;
    if (!body.contains("options")) return options;
    for (const auto& json : body["options"]) {
        if (auto refusal = check_option(json, ask)) return std::unexpected(*refusal);
        options.push_back({.label = json["label"].get<std::string>(),
                           .value = json["value"].get<std::string>(),
                           .description = json.value("description", ""),
                           .display_order = json.value("displayOrder", std::int64_t{-1}),
                           .hidden = json["hidden"].get<bool>()});
        const auto& value = options.back().value;
        if (std::ranges::count(options, value, &PropertyOption::value) > 1) {
            return std::unexpected(validation_error("Option value " + value + " occurs twice"));
        }
    }
    return options;
}

Check check_type(const PropertyDefinition& property) {
    const auto fit = std::ranges::find(fits, property.type, &Fit::type);
    if (fit == std::end(fits)) {
        return unreadable_input("Invalid enum constant '" + property.type +
                                "' for class PropertyType");
    }
    if (fit->field_types.find(" " + property.field_type + " ") == std::string_view::npos) {
        return validation_error("fieldType " + property.field_type + " does not go with type " +
                                property.type);
    }
    return std::nullopt;
}

Check check_options(const PropertyDefinition& property) {
    if (property.type == "bool") {
        const bool both = property.options.size() == 2 &&
                          std::ranges::all_of(property.options, [](const auto& option) {
                              return option.value == "true" || option.value == "false";
                          });
        if (!both) {
            return validation_error(
                "Boolean properties must have exactly the options true and false",
                {{.message = "invalid options", .code = "INVALID_BOOLEAN_OPTION"}});
        }
        return std::nullopt;
    }
    if (property.type != "enumeration" && !property.options.empty()) {
        return validation_error("Only enumeration and bool properties can have options");
    }
    return std::nullopt;
}

Check check_numbers(const Schema& schema, const PropertyDefinition& property) {
    const auto live = [](const auto& entry) {
        return !entry.second.hubspot_defined && !entry.second.archived_at;
    };
    if (std::ranges::count_if(schema.properties, live) >= most_custom) {
        return validation_error("An object can have at most 1000 custom properties");
    }
    const auto unique = [&](const auto& entry) { return live(entry) && entry.second.unique; };
    if (property.unique && std::ranges::count_if(schema.properties, unique) >= most_unique) {
        return validation_error("An object can have at most 10 properties with unique values");
    }
    return std::nullopt;
}

Check check_definition(const Schema& schema, const PropertyDefinition& property) {
    if (!is_name(property.name)) {
        return validation_error("Property name " + property.name + " is not valid");
    }
    if (property.label.empty()) return validation_error("label must not be empty");
    if (!schema.groups.contains(property.group)) {
        return validation_error("Property group " + property.group + " does not exist");
    }
    if (auto refusal = check_type(property)) return refusal;
    if (auto refusal = check_options(property)) return refusal;
    return check_numbers(schema, property);
}

Check check_create_fields(const Json& body) {
    return check_object(body, "PropertyCreate",
                        {{"name", Shape::text, true},
                         {"label", Shape::text, true},
                         {"type", Shape::text, true},
                         {"fieldType", Shape::text, true},
                         {"groupName", Shape::text, true},
                         {"description", Shape::text},
                         {"displayOrder", Shape::integer},
                         {"options", Shape::array},
                         {"hasUniqueValue", Shape::boolean},
                         {"hidden", Shape::boolean},
                         {"formField", Shape::boolean},
                         {"externalOptions", Shape::boolean},
                         {"referencedObjectType", Shape::text},
                         {"calculationFormula", Shape::text},
                         {"dataSensitivity", Shape::text}});
}

std::expected<PropertyDefinition, Refusal> read_definition(const Json& body, const Ask& ask) {
    if (auto refusal = check_create_fields(body)) return std::unexpected(*refusal);
    auto options = read_options(body, ask);
    if (!options) return std::unexpected(options.error());
    PropertyDefinition property{.name = body["name"].get<std::string>(),
                                .label = body["label"].get<std::string>(),
                                .type = body["type"].get<std::string>(),
                                .field_type = body["fieldType"].get<std::string>(),
                                .group = body["groupName"].get<std::string>(),
                                .options = *std::move(options),
                                .description = body.value("description", "")};
    property.data_sensitivity = body.value("dataSensitivity", "non_sensitive");
    property.display_order = body.value("displayOrder", std::int64_t{-1});
    property.unique = body.value("hasUniqueValue", false);
    property.hidden = body.value("hidden", false);
    property.form_field = body.value("formField", false);
    property.external_options = body.value("externalOptions", false);
    property.created = property.updated = ask.now;
    return property;
}

Refusal already_there(const std::string& name) {
    return {.status = 409,
            .category = "OBJECT_ALREADY_EXISTS",
            .message = "A property named '" + name + "' already exists.",
            .sub_category = "Properties.PROPERTY_WITH_NAME_EXISTS"};
}

// `hasUniqueValue` and `dataSensitivity` are accepted and ignored: neither can change.
Check check_update_fields(const Json& body) {
    return check_object(body, "PropertyUpdate",
                        {{"label", Shape::text},
                         {"type", Shape::text},
                         {"fieldType", Shape::text},
                         {"groupName", Shape::text},
                         {"description", Shape::text},
                         {"displayOrder", Shape::integer},
                         {"options", Shape::array},
                         {"hasUniqueValue", Shape::boolean},
                         {"dataSensitivity", Shape::text},
                         {"hidden", Shape::boolean},
                         {"formField", Shape::boolean},
                         {"calculationFormula", Shape::text}});
}

std::expected<PropertyDefinition, Refusal> changed_definition(PropertyDefinition property,
                                                              const Json& body, const Ask& ask) {
    if (auto refusal = check_update_fields(body)) return std::unexpected(*refusal);
    property.label = body.value("label", property.label);
    property.type = body.value("type", property.type);
    property.field_type = body.value("fieldType", property.field_type);
    property.group = body.value("groupName", property.group);
    property.description = body.value("description", property.description);
    property.display_order = body.value("displayOrder", property.display_order);
    property.hidden = body.value("hidden", property.hidden);
    property.form_field = body.value("formField", property.form_field);
    property.updated = ask.now;
    if (body.contains("options")) {
        auto options = read_options(body, ask);
        if (!options) return std::unexpected(options.error());
        property.options = *std::move(options);
    }
    return property;
}

struct Asked {
    ObjectType type;
    Schema* schema;
};

std::expected<Asked, Refusal> asked_schema(PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    return Asked{.type = *type, .schema = &state.schemas.at(*type)};
}

std::expected<PropertyDefinition*, Refusal> asked_custom_property(PortalState& state,
                                                                  const Ask& ask) {
    const auto asked = asked_schema(state, ask);
    if (!asked) return std::unexpected(asked.error());
    const auto& name = ask.at("name");
    if (asked->schema->find(name) == nullptr) return std::unexpected(no_such("Property", name));
    auto& property = asked->schema->properties.at(name);
    // Unconfirmed: the wording for HubSpot's own properties.
    if (property.hubspot_defined) {
        return std::unexpected(
            validation_error("Property " + name + " is defined by HubSpot and cannot be changed"));
    }
    return &property;
}

}  // namespace

Json property_json(const PropertyDefinition& property) {
    auto options = Json::array();
    for (const auto& option : property.options) options.push_back(option_json(option));
    Json json{{"name", property.name},
              {"label", property.label},
              {"type", property.type},
              {"fieldType", property.field_type},
              {"groupName", property.group},
              {"description", property.description},
              {"options", options},
              {"displayOrder", property.display_order},
              {"calculated", false},
              {"externalOptions", property.external_options},
              {"hasUniqueValue", property.unique},
              {"hidden", property.hidden},
              {"hubspotDefined", property.hubspot_defined},
              {"formField", property.form_field},
              {"dataSensitivity", property.data_sensitivity},
              {"archived", property.archived_at.has_value()},
              {"createdAt", moment_text(property.created)},
              {"updatedAt", moment_text(property.updated)},
              {"modificationMetadata",
               {{"archivable", !property.hubspot_defined},
                {"readOnlyDefinition", property.hubspot_defined},
                {"readOnlyOptions", property.hubspot_defined},
                {"readOnlyValue", property.read_only}}}};
    if (property.archived_at) json["archivedAt"] = moment_text(*property.archived_at);
    return json;
}

Refusal no_such(const std::string& what, const std::string& name) {
    return not_found(what + " \"" + name + "\" does not exist");
}

std::expected<Json, Refusal> insert_property(PortalState& state, ObjectType type, const Json& body,
                                             const Ask& ask) {
    auto property = read_definition(body, ask);
    if (!property) return std::unexpected(property.error());
    auto& schema = state.schemas.at(type);
    if (schema.find(property->name) != nullptr) {
        return std::unexpected(already_there(property->name));
    }
    if (auto refusal = check_definition(schema, *property)) return std::unexpected(*refusal);
    state.records.set_unique(type, property->name, property->unique);
    auto& stored = schema.properties[property->name];
    stored = *std::move(property);
    return property_json(stored);
}

Answer list_properties(PortalState& state, const Ask& ask) {
    const auto asked = asked_schema(state, ask);
    if (!asked) return std::unexpected(asked.error());
    const bool archived = ask.parameter("archived") == "true";
    auto results = Json::array();
    for (const auto& [name, property] : asked->schema->properties) {
        if (property.archived_at.has_value() == archived) {
            results.push_back(property_json(property));
        }
    }
    return json_response(200, text_of({{"results", results}}));
}

Answer create_property(PortalState& state, const Ask& ask) {
    const auto asked = asked_schema(state, ask);
    if (!asked) return std::unexpected(asked.error());
    const auto body = read_json(ask.body);
    if (!body) return std::unexpected(body.error());
    const auto created = insert_property(state, asked->type, *body, ask);
    if (!created) return std::unexpected(created.error());
    auto response = json_response(201, text_of(*created));
    response.headers.push_back({"Location", "https://api.hubapi.com" + ask.target.path + "/" +
                                                (*created)["name"].get<std::string>()});
    return response;
}

Answer get_property(PortalState& state, const Ask& ask) {
    const auto asked = asked_schema(state, ask);
    if (!asked) return std::unexpected(asked.error());
    const auto found = asked->schema->properties.find(ask.at("name"));
    const bool archived = ask.parameter("archived") == "true";
    if (found == asked->schema->properties.end() ||
        found->second.archived_at.has_value() != archived) {
        return std::unexpected(no_such("Property", ask.at("name")));
    }
    return json_response(200, text_of(property_json(found->second)));
}

Answer update_property(PortalState& state, const Ask& ask) {
    const auto property = asked_custom_property(state, ask);
    if (!property) return std::unexpected(property.error());
    const auto body = read_json(ask.body);
    if (!body) return std::unexpected(body.error());
    const auto changed = changed_definition(**property, *body, ask);
    if (!changed) return std::unexpected(changed.error());
    if (!state.schemas.at(*asked_type(ask)).groups.contains(changed->group)) {
        return std::unexpected(
            validation_error("Property group " + changed->group + " does not exist"));
    }
    if (auto refusal = check_type(*changed)) return std::unexpected(*refusal);
    if (auto refusal = check_options(*changed)) return std::unexpected(*refusal);
    **property = *changed;
    return json_response(200, text_of(property_json(**property)));
}

Answer archive_property(PortalState& state, const Ask& ask) {
    const auto property = asked_custom_property(state, ask);
    if (!property) return std::unexpected(property.error());
    (*property)->archived_at = ask.now;
    return no_content();
}

}  // namespace ringbridge::sim

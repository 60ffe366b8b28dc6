// Defining and reading many properties per request (properties guide).
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/objects.hpp"
#include "sim/hubspot/properties.hpp"
#include "sim/hubspot/views.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

constexpr std::size_t largest_batch = 100;

struct Batch {
    ObjectType type;
    Json body;
    const Json& inputs() const { return body["inputs"]; }
};

std::expected<Batch, Refusal> read_properties_batch(const Ask& ask, std::string_view what,
                                                    std::initializer_list<Field> further = {}) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    auto body = read_batch(ask.body, what, largest_batch, further);
    if (!body) return std::unexpected(body.error());
    return Batch{.type = *type, .body = *std::move(body)};
}

std::expected<std::vector<std::string>, Refusal> names_of(const Json& inputs) {
    std::vector<std::string> names;
    for (const auto& input : inputs) {
        if (auto refusal = check_object(input, "PropertyName", {{"name", Shape::text, true}})) {
            return std::unexpected(*refusal);
        }
        names.push_back(input["name"].get<std::string>());
    }
    return names;
}

Json row_error(const Refusal& refusal, const std::string& name) {
    Json error{{"status", "error"},
               {"category", refusal.category},
               {"message", refusal.message},
               {"context", {{"name", {name}}}}};
    if (!refusal.sub_category.empty()) error["subCategory"] = refusal.sub_category;
    return error;
}

}  // namespace

// Unconfirmed: whether one refused property stops the others. HubSpot's description has a 207.
Answer batch_create_properties(PortalState& state, const Ask& ask) {
    const auto batch = read_properties_batch(ask, "BatchInputPropertyCreate");
    if (!batch) return std::unexpected(batch.error());
    auto results = Json::array();
    auto errors = Json::array();
    for (const auto& input : batch->inputs()) {
        auto created = insert_property(state, batch->type, input, ask);
        if (created) {
            results.push_back(*std::move(created));
        } else {
            const bool named =
                input.is_object() && input.contains("name") && input["name"].is_string();
            if (!named || created.error().category.empty()) {
                return std::unexpected(created.error());
            }
            errors.push_back(row_error(created.error(), input["name"].get<std::string>()));
        }
    }
    const int success = ask.version == "2026-09" ? 200 : 201;
    return batch_response(success, shuffled(state, std::move(results)), errors, ask.now);
}

Answer batch_read_properties(PortalState& state, const Ask& ask) {
    const auto batch = read_properties_batch(
        ask, "BatchReadInputPropertyName",
        {{"archived", Shape::boolean, true},
         // Unconfirmed: required by the description, left out by HubSpot's client for v3.
         {"dataSensitivity", Shape::text, ask.dated()}});
    if (!batch) return std::unexpected(batch.error());
    const auto names = names_of(batch->inputs());
    if (!names) return std::unexpected(names.error());
    const bool archived = batch->body["archived"].get<bool>();
    auto results = Json::array();
    auto errors = Json::array();
    for (const auto& name : *names) {
        const auto& properties = state.schemas.at(batch->type).properties;
        const auto found = properties.find(name);
        if (found != properties.end() && found->second.archived_at.has_value() == archived) {
            results.push_back(property_json(found->second));
        } else {
            errors.push_back(row_error(no_such("Property", name), name));
        }
    }
    return batch_response(200, shuffled(state, std::move(results)), errors, ask.now);
}

Answer batch_archive_properties(PortalState& state, const Ask& ask) {
    const auto batch = read_properties_batch(ask, "BatchInputPropertyName");
    if (!batch) return std::unexpected(batch.error());
    const auto names = names_of(batch->inputs());
    if (!names) return std::unexpected(names.error());
    auto& schema = state.schemas.at(batch->type);
    for (const auto& name : *names) {
        const auto* property = schema.find(name);
        if (property == nullptr) return std::unexpected(no_such("Property", name));
        if (property->hubspot_defined) {
            return std::unexpected(validation_error("Property " + name + " is defined by HubSpot"));
        }
    }
    for (const auto& name : *names) schema.properties.at(name).archived_at = ask.now;
    return no_content();
}

}  // namespace ringbridge::sim

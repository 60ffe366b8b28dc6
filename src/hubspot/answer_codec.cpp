// Parses HubSpot's error bodies; no field is assumed to be present.
#include "hubspot/answer.hpp"
#include "hubspot/json_codec.hpp"

#include <algorithm>

namespace ringbridge::hubspot {
namespace {

std::string text_of(const json& body, const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

// `{"errors":[{"context":{"requiredGranularScopes":["crm.objects.contacts.write"]}}]}`
std::string required_scopes(const json& body) {
    std::string scopes;
    const json::json_pointer path{"/errors/0/context/requiredGranularScopes"};
    if (!body.contains(path) || !body.at(path).is_array()) return scopes;
    for (const auto& scope : body.at(path)) {
        if (scope.is_string()) scopes += (scopes.empty() ? "" : ", ") + scope.get<std::string>();
    }
    return scopes;
}

void add_once(std::vector<RefusedProperty>& properties, RefusedProperty property) {
    if (property.name.empty()) return;
    if (std::ranges::find(properties, property.name, &RefusedProperty::name) != properties.end()) {
        return;
    }
    properties.push_back(std::move(property));
}

// `"message":"Property values were not valid: [{"name":"goodcall_x","error":"INVALID_DATE",…}]"`
json rows_in_message(const std::string& message) {
    const auto bracket = message.find('[');
    if (bracket == std::string::npos) return json::array();
    const auto rows = json::parse(message.substr(bracket), nullptr, false);
    return rows.is_array() ? rows : json::array();
}

}  // namespace

// The error handling guide has them in `errors[].context.propertyName`, and again as JSON in the
// message; older responses have only the latter.
std::vector<RefusedProperty> refused_properties(const json& error) {
    std::vector<RefusedProperty> properties;
    for (const auto& detail : list_at(error, "errors")) {
        if (!detail.is_object() || !detail.contains("context")) continue;
        for (const auto& name : list_at(detail.at("context"), "propertyName")) {
            if (!name.is_string()) continue;
            add_once(properties, {name.get<std::string>(), text_of(detail, "code")});
        }
    }
    for (const auto& row : rows_in_message(text_of(error, "message"))) {
        if (row.is_object()) add_once(properties, {text_of(row, "name"), text_of(row, "error")});
    }
    return properties;
}

ErrorBody decode_error(const std::string& body) {
    const auto parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object()) return {.ends_early = body.starts_with('{')};
    ErrorBody error{text_of(parsed, "category"), text_of(parsed, "message"),
                    text_of(parsed, "policyName"), refused_properties(parsed)};
    if (const auto scopes = required_scopes(parsed); !scopes.empty()) {
        error.message += " Required: " + scopes;
    }
    return error;
}

}  // namespace ringbridge::hubspot

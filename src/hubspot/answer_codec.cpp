// HubSpot's error bodies, read with no field taken for granted.
#include "hubspot/answer.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::hubspot {

using nlohmann::json;

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

}  // namespace

ErrorBody decode_error(const std::string& body) {
    const auto parsed = json::parse(body, nullptr, false);
    if (!parsed.is_object()) return {};
    ErrorBody error{text_of(parsed, "category"), text_of(parsed, "message"),
                    text_of(parsed, "policyName")};
    if (const auto scopes = required_scopes(parsed); !scopes.empty()) {
        error.message += " Required: " + scopes;
    }
    return error;
}

}  // namespace ringbridge::hubspot

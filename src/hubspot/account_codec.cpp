// The JSON of account.hpp: version probe, saved capability, account details.
#include "hubspot/account.hpp"
#include "hubspot/json_codec.hpp"

namespace ringbridge::hubspot {

std::string encode_version_probe() {
    // +1 000 … is nobody's number.
    const json filter{{"propertyName", "phone"}, {"operator", "EQ"}, {"value", "+10000000000"}};
    return dump({{"filterGroups", json::array({{{"filters", json::array({filter})}}})},
                 {"sorts", json::array()},
                 {"properties", json::array({"phone"})},
                 {"limit", 1},
                 {"after", "0"}});
}

std::string encode_capability(const Capability& capability) {
    return dump({{"version", to_string(capability.version)},
                 {"activities", to_string(capability.activities)},
                 {"why", capability.why}});
}

std::optional<Capability> decode_capability(const std::string& text) {
    const auto parsed = json::parse(text, nullptr, false);
    if (!parsed.is_object()) return std::nullopt;
    const auto version = parse_word(api_versions, text_at(parsed, "version"));
    const auto activities = parse_word(activity_apis, text_at(parsed, "activities"));
    if (!version || !activities) return std::nullopt;
    return Capability{*version, *activities, text_at(parsed, "why")};
}

AccountDetails decode_account(const std::string& body) {
    const auto account = parse_object(body);
    return {.portal_id = text_at(account, "portalId"),
            .account_type = text_at(account, "accountType"),
            .ui_domain = text_at(account, "uiDomain")};
}

std::string encode_token_request(const Secret& token) {
    return dump({{"tokenKey", token.reveal()}});
}

std::vector<std::string> decode_scopes(const std::string& body) {
    std::vector<std::string> scopes;
    for (const auto& scope : list_at(parse_object(body), "scopes")) {
        if (scope.is_string()) scopes.push_back(scope.get<std::string>());
    }
    return scopes;
}

}  // namespace ringbridge::hubspot

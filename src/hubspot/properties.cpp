#include "hubspot/properties.hpp"

#include "core/stop.hpp"

namespace ringbridge::hubspot {
namespace {

// What was there already is as good as made.
std::optional<Refused> refusal_of(Answer answer) {
    if (auto* refused = std::get_if<Refused>(&answer)) {
        if (refused->status == 409) return std::nullopt;
        return std::move(*refused);
    }
    if (auto* unsure = std::get_if<Unsure>(&answer)) throw OutOfReach{unsure->why};
    return std::nullopt;
}

}  // namespace

Task<PropertySetup> PropertyCatalog::ensure(std::string group, std::string label,
                                            std::vector<PropertyDefinition> definitions) {
    PropertySetup setup{.group = group};
    const auto known = co_await types();
    std::vector<PropertyDefinition> missing;
    for (auto& definition : definitions) {
        const auto type = known.find(definition.name);
        if (type == known.end()) {
            missing.push_back(std::move(definition));
        } else if (type->second == definition.type) {
            setup.existing.push_back(definition.name);
        } else {
            setup.conflicts.push_back(definition.name);
        }
    }
    if (missing.empty()) co_return setup;
    auto refused = co_await ensure_group(group, label);
    for (auto& definition : missing) {
        const auto name = definition.name;
        if (!refused) refused = co_await create(group, std::move(definition));
        (refused ? setup.missing : setup.created).push_back(name);
        if (!refused) continue;
        setup.refusal = refused->message;
        if (!is_missing_scope(*refused)) refused.reset();
    }
    co_return setup;
}

Task<std::map<std::string, std::string>> PropertyCatalog::types() {
    auto answer = co_await door_.send({"GET", properties_path(version_, "contacts"), ""});
    if (const auto* done = std::get_if<Done>(&answer)) co_return decode_property_types(done->body);
    const auto* refused = std::get_if<Refused>(&answer);
    const auto why = refused ? refused->message : std::get<Unsure>(answer).why;
    if (refused && is_missing_scope(*refused)) {
        throw CredentialsRefused{"HubSpot refused to list the contact properties: " + why +
                                 ". Give the token the scope crm.schemas.contacts.read"};
    }
    throw OutOfReach{"HubSpot refused to list the contact properties: " + why};
}

Task<std::optional<Refused>> PropertyCatalog::ensure_group(std::string group, std::string label) {
    co_return refusal_of(
        co_await door_.send({"POST", properties_path(version_, "contacts") + "/groups",
                             encode_group(group, label), Effect::write}));
}

Task<std::optional<Refused>> PropertyCatalog::create(std::string group,
                                                     PropertyDefinition definition) {
    co_return refusal_of(co_await door_.send({"POST", properties_path(version_, "contacts"),
                                              encode_property(group, definition), Effect::write}));
}

}  // namespace ringbridge::hubspot

#include "hubspot/properties.hpp"

#include <algorithm>

namespace ringbridge::hubspot {
namespace {

// 409: it already exists, which counts as created. So repeating a creation is safe.
std::optional<Refused> refusal_of(Answer answer) {
    auto body = body_of(std::move(answer));
    if (body || body.error().status == 409) return std::nullopt;
    return std::move(body.error());
}

// HubSpot's own refusals have a category; those of a proxy or firewall in between have none.
bool is_of_hubspot(const Refused& refused) { return !refused.category.empty(); }

}  // namespace

Task<std::expected<PropertyLook, Refused>> PropertyCatalog::look(
    std::vector<PropertyDefinition> definitions) {
    const auto known = co_await all();
    if (!known) co_return std::unexpected{known.error()};
    PropertyLook found;
    for (const auto& definition : definitions) {
        const auto there = known->find(definition.name);
        auto& names = there == known->end()                   ? found.missing
                      : there->second.type == definition.type ? found.present
                                                              : found.conflicting;
        names.push_back(definition.name);
    }
    co_return found;
}

Task<PropertySetup> PropertyCatalog::create_missing(std::string group, std::string label,
                                                    std::vector<PropertyDefinition> definitions,
                                                    PropertyLook found) {
    PropertySetup setup{.group = group, .existing = found.present, .conflicts = found.conflicting};
    std::erase_if(definitions, [&](const PropertyDefinition& definition) {
        return std::ranges::find(found.missing, definition.name) == found.missing.end();
    });
    if (definitions.empty()) co_return setup;
    auto refused = co_await ensure_group(group, label);
    for (auto& definition : definitions) {
        const auto name = definition.name;
        if (!refused) refused = co_await create(group, std::move(definition));
        (refused ? setup.missing : setup.created).push_back(name);
        if (!refused) continue;
        setup.refusal = refused->message;
        if (!is_of_hubspot(*refused)) setup.to_be_asked_again = true;
        if (!is_missing_scope(*refused)) refused.reset();
    }
    co_return setup;
}

Task<std::expected<std::map<std::string, KnownProperty>, Refused>> PropertyCatalog::all() {
    const auto body = body_of(co_await client_.send({.method = "GET",
                                                     .path = properties_path(version_, "contacts"),
                                                     .body = {},
                                                     .patience = patience_}));
    if (!body) co_return std::unexpected{body.error()};
    co_return decode_properties(*body);
}

Task<std::optional<Refused>> PropertyCatalog::ensure_group(std::string group, std::string label) {
    co_return refusal_of(
        co_await client_.send({"POST", properties_path(version_, "contacts") + "/groups",
                               encode_group(group, label), Repeat::safe}));
}

Task<std::optional<Refused>> PropertyCatalog::create(std::string group,
                                                     PropertyDefinition definition) {
    co_return refusal_of(co_await client_.send({"POST", properties_path(version_, "contacts"),
                                                encode_property(group, definition), Repeat::safe}));
}

}  // namespace ringbridge::hubspot

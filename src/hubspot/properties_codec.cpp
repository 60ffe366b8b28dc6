// The JSON of properties.hpp.
#include "hubspot/json_codec.hpp"
#include "hubspot/properties.hpp"

namespace ringbridge::hubspot {

std::string encode_group(const std::string& name, const std::string& label) {
    return dump({{"name", name}, {"label", label}, {"displayOrder", -1}});
}

std::string encode_property(const std::string& group, const PropertyDefinition& definition) {
    return dump({{"name", definition.name},
                 {"label", definition.label},
                 {"type", definition.type},
                 {"fieldType", definition.field_type},
                 {"groupName", group},
                 {"description", definition.description}});
}

std::map<std::string, KnownProperty> decode_properties(const std::string& body) {
    std::map<std::string, KnownProperty> properties;
    for (const auto& result : list_at(parse_object(body), "results")) {
        if (!result.is_object()) continue;
        const json rights = result.value("modificationMetadata", json::object());
        properties[text_at(result, "name")] = {
            .type = text_at(result, "type"),
            .read_only = rights.is_object() && rights.value("readOnlyValue", json{}) == true};
    }
    return properties;
}

}  // namespace ringbridge::hubspot

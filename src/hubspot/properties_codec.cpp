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

std::map<std::string, std::string> decode_property_types(const std::string& body) {
    std::map<std::string, std::string> types;
    for (const auto& result : list_at(parse_object(body), "results")) {
        if (result.is_object()) types[text_at(result, "name")] = text_at(result, "type");
    }
    return types;
}

}  // namespace ringbridge::hubspot

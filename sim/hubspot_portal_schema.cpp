#include "sim/hubspot_portal_schema.hpp"

namespace ringbridge::sim {

std::optional<ObjectType> object_type(std::string_view name) {
    if (name == "contacts" || name == "contact" || name == "0-1") return ObjectType::contacts;
    if (name == "calls" || name == "call" || name == "0-48") return ObjectType::calls;
    return std::nullopt;
}

std::string plural(ObjectType type) { return type == ObjectType::contacts ? "contacts" : "calls"; }
std::string singular(ObjectType type) { return type == ObjectType::contacts ? "contact" : "call"; }
std::string type_id(ObjectType type) { return type == ObjectType::contacts ? "0-1" : "0-48"; }

const PropertyDefinition* Schema::find(const std::string& name) const {
    const auto found = properties.find(name);
    return found == properties.end() || found->second.archived_at ? nullptr : &found->second;
}

}  // namespace ringbridge::sim

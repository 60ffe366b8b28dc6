#include "sim/hubspot/schema.hpp"

#include <algorithm>

namespace ringbridge::sim {

namespace {

struct Names {
    ObjectType type;
    std::string_view plural, singular, id;
};

constexpr Names types[] = {{ObjectType::contacts, "contacts", "contact", "0-1"},
                           {ObjectType::calls, "calls", "call", "0-48"},
                           {ObjectType::tasks, "tasks", "task", "0-27"}};

const Names& names_of(ObjectType type) { return *std::ranges::find(types, type, &Names::type); }

}  // namespace

std::optional<ObjectType> object_type(std::string_view name) {
    for (const auto& names : types) {
        if (name == names.plural || name == names.singular || name == names.id) return names.type;
    }
    return std::nullopt;
}

std::string plural(ObjectType type) { return std::string{names_of(type).plural}; }
std::string singular(ObjectType type) { return std::string{names_of(type).singular}; }
std::string type_id(ObjectType type) { return std::string{names_of(type).id}; }

const PropertyDefinition* Schema::find(const std::string& name) const {
    const auto found = properties.find(name);
    return found == properties.end() || found->second.archived_at ? nullptr : &found->second;
}

}  // namespace ringbridge::sim

// The properties of each object type: HubSpot's own and custom ones, with their groups.
#pragma once

#include "core/time.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::sim {

enum class ObjectType { contacts, calls, tasks };

/// `contacts`, `contact` and `0-1` are all the same to HubSpot, as are `calls`, `call` and `0-48`,
/// and `tasks`, `task` and `0-27`.
std::optional<ObjectType> object_type(std::string_view name);
std::string plural(ObjectType type);    ///< `contacts`
std::string singular(ObjectType type);  ///< `contact`
std::string type_id(ObjectType type);   ///< `0-1`

/// Of an association.
struct Direction {
    ObjectType from;
    ObjectType to;
};

struct PropertyOption {
    std::string label;
    std::string value;
    std::string description = {};
    std::int64_t display_order = -1;
    bool hidden = false;
};

/// Types and field types: HubSpot's properties guide.
struct PropertyDefinition {
    std::string name;
    std::string label;
    std::string type;        ///< bool, date, datetime, enumeration, number, phone_number, string
    std::string field_type;  ///< text, textarea, html, select, checkbox, …
    std::string group;
    std::vector<PropertyOption> options = {};
    std::string description = {};
    std::string data_sensitivity = "non_sensitive";
    std::int64_t display_order = -1;
    bool unique = false;
    bool hidden = false;
    bool form_field = false;
    bool read_only = false;  ///< only HubSpot sets its values
    bool hubspot_defined = false;
    bool external_options = false;  ///< an enumeration whose options live elsewhere (owners)
    UtcTime created = {};
    UtcTime updated = {};
    std::optional<UtcTime> archived_at = {};
};

struct PropertyGroup {
    std::string name;
    std::string label;
    std::int64_t display_order = -1;
};

/// One object type's properties, archived ones included: creating one of the same name restores it.
struct Schema {
    std::map<std::string, PropertyDefinition> properties;
    std::map<std::string, PropertyGroup> groups;

    const PropertyDefinition* find(const std::string& name) const;  ///< nullptr if archived
};

/// The properties of a new account.
Schema default_schema(ObjectType type);

}  // namespace ringbridge::sim

// The contact properties that ringbridge keeps, and their group.
//
// A group must exist before its properties; what exists is answered 409; creating a name that was
// archived revives it with its old values (developers.hubspot.com, properties guide).
#pragma once

#include "core/mapping.hpp"
#include "hubspot/api.hpp"
#include "hubspot/client.hpp"

#include <expected>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::hubspot {

struct PropertySetup {
    std::string group;
    std::vector<std::string> created;
    std::vector<std::string> existing;
    std::vector<std::string> conflicts;  ///< there, but of another type: never changed by us
    std::vector<std::string> missing;    ///< as far as this token may see; refused to it
    std::string refusal;                 ///< why, in HubSpot's words
    /// The refusal is none of HubSpot's own words: nothing is known of what is missing.
    bool to_be_asked_again = false;
};

/// Which of our properties an account has, by name.
struct PropertyLook {
    std::vector<std::string> present;
    std::vector<std::string> missing;
    std::vector<std::string> conflicting;  ///< there, but of another type
};

struct KnownProperty {
    std::string type;
    bool read_only = false;  ///< HubSpot sets it (`modificationMetadata.readOnlyValue`)
};

class PropertyCatalog {
  public:
    PropertyCatalog(Client& client, ApiVersion version, Milliseconds patience = run_patience)
        : client_{client}, version_{version}, patience_{patience} {}

    /// Makes what is missing. Safe to repeat.
    Task<PropertySetup> ensure(std::string group, std::string label,
                               std::vector<PropertyDefinition> definitions);

    /// The same by reading alone.
    Task<std::expected<PropertyLook, Refused>> look(std::vector<PropertyDefinition> definitions);

    /// Every contact property that this token may see, by name.
    Task<std::expected<std::map<std::string, KnownProperty>, Refused>> all();

  private:
    Task<std::optional<Refused>> ensure_group(std::string group, std::string label);
    Task<std::optional<Refused>> create(std::string group, PropertyDefinition definition);

    Client& client_;
    ApiVersion version_;
    Milliseconds patience_;
};

std::string encode_group(const std::string& name, const std::string& label);
std::string encode_property(const std::string& group, const PropertyDefinition& definition);
/// By name.
std::map<std::string, KnownProperty> decode_properties(const std::string& body);

}  // namespace ringbridge::hubspot

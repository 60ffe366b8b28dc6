// The contact properties that ringbridge maintains, and their group.
//
// A group must exist before its properties; creating what exists returns 409; creating an archived
// name restores it with its old values (developers.hubspot.com, properties guide).
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
    std::vector<std::string> conflicts;  ///< exist with another type: never changed by us
    std::vector<std::string> missing;    ///< as far as this token can see; creation was refused
    std::string refusal;                 ///< why, in HubSpot's words
    /// The refusal is not HubSpot's own: what is missing is unknown.
    bool to_be_asked_again = false;
};

/// Which of our properties an account has, by name.
struct PropertyLook {
    std::vector<std::string> present;
    std::vector<std::string> missing;
    std::vector<std::string> conflicting;  ///< exist with another type
};

struct KnownProperty {
    std::string type;
    bool read_only = false;  ///< HubSpot sets it (`modificationMetadata.readOnlyValue`)
};

class PropertyCatalog {
  public:
    PropertyCatalog(Client& client, ApiVersion version, Milliseconds patience = run_patience)
        : client_{client}, version_{version}, patience_{patience} {}

    Task<std::expected<PropertyLook, Refused>> look(std::vector<PropertyDefinition> definitions);

    /// Creates those that `look` has found missing. Idempotent.
    Task<PropertySetup> create_missing(std::string group, std::string label,
                                       std::vector<PropertyDefinition> definitions,
                                       PropertyLook found);

    /// Every contact property that this token can see, by name.
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

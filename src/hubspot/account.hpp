// What this token can do in this account: which API generation answers, which of the two activity
// protocols may be written, and whose portal it is.
#pragma once

#include "hubspot/activities.hpp"
#include "hubspot/api.hpp"
#include "hubspot/door.hpp"

#include <optional>
#include <string>

namespace ringbridge::hubspot {

struct Capability {
    ApiVersion version = ApiVersion::v2026_09;
    ActivityApi activities = ActivityApi::calls;
    std::string why;  ///< why this activity protocol
    bool operator==(const Capability&) const = default;
};

/// What the operator set; nothing set is found out.
struct Wish {
    std::optional<ApiVersion> version;
    std::optional<ActivityApi> activities;
};

class Account {
  public:
    explicit Account(Door& door) : door_{door} {}

    /// Finds out by reading alone: the newest version that answers a contact search, and whether
    /// its calls object is open to this token. No reading proves that writing is allowed: a write
    /// that is refused later tells (see is_closed).
    Task<Capability> probe(Wish wish);

    /// How the calls object refuses to be read; nothing where it answers.
    Task<std::optional<Refused>> calls_refusal(ApiVersion version);

    /// The id of the portal that the token belongs to. Throws CredentialsRefused where HubSpot
    /// does not tell.
    Task<std::string> portal_id(ApiVersion version);

  private:
    Task<ApiVersion> newest_version();

    Door& door_;
};

/// A search for contacts that finds none.
std::string encode_version_probe();

std::optional<ApiVersion> parse_api_version(const std::string& text);
std::optional<ActivityApi> parse_activity_api(const std::string& text);

std::string encode_capability(const Capability& capability);
/// Nothing where `text` is from another time or hand: then it is found out anew.
std::optional<Capability> decode_capability(const std::string& text);

std::string decode_portal_id(const std::string& body);

}  // namespace ringbridge::hubspot

// What this token can do: which API version answers, which of the two activity protocols it may
// write, and which portal it belongs to.
#pragma once

#include "hubspot/activities.hpp"
#include "hubspot/api.hpp"
#include "hubspot/client.hpp"

#include <expected>
#include <optional>
#include <string>
#include <vector>

namespace ringbridge::hubspot {

struct Capability {
    ApiVersion version = ApiVersion::v2026_09;
    ActivityApi activities = ActivityApi::calls;
    std::string why;  ///< why this activity protocol was chosen
    bool operator==(const Capability&) const = default;
};

/// What the operator set; what is unset is probed.
struct Wish {
    std::optional<ApiVersion> version;
    std::optional<ActivityApi> activities;
};

/// The token's account, as HubSpot reports it; missing fields are empty.
struct AccountDetails {
    std::string portal_id;
    std::string account_type;  ///< STANDARD, DEVELOPER_TEST, SANDBOX or APP_DEVELOPER
    std::string ui_domain;     ///< host of this account's web UI: `app.hubspot.com`
};

class Account {
  public:
    explicit Account(Client& client, Milliseconds patience = run_patience)
        : client_{client}, patience_{patience} {}

    /// Finds the newest version that answers a contact search, and whether this token may use its
    /// calls object: see activity_fallback.hpp.
    Task<Capability> probe(Wish wish);

    /// The refusal of a read of the calls object; nullopt if it is not refused.
    Task<std::optional<Refused>> calls_refusal(ApiVersion version);

    /// The refusal of a contact search; nullopt if it is not refused.
    Task<std::optional<Refused>> contacts_refusal(ApiVersion version);

    /// The id of the portal that the token belongs to. Throws CredentialsRefused if HubSpot does
    /// not report it.
    Task<std::string> portal_id(ApiVersion version);

    Task<std::expected<AccountDetails, Refused>> details(ApiVersion version);

    /// The token's scopes; nullopt if HubSpot does not report them: the endpoint is undocumented,
    /// known only from HubSpot's own MCP server.
    Task<std::optional<std::vector<std::string>>> scopes();

  private:
    Task<ApiVersion> newest_version();
    Task<Answer> read(std::string path);
    Task<Answer> search_contacts(ApiVersion version);

    Client& client_;
    Milliseconds patience_;
};

/// A contact search that matches none.
std::string encode_version_probe();

std::string encode_capability(const Capability& capability);
/// nullopt if this version cannot read `text`: then the capability is probed again.
std::optional<Capability> decode_capability(const std::string& text);

AccountDetails decode_account(const std::string& body);

std::string encode_token_request(const Secret& token);
std::vector<std::string> decode_scopes(const std::string& body);

}  // namespace ringbridge::hubspot

// What this token can do in this account: which API generation answers, which of the two activity
// protocols may be written, and whose portal it is.
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
    std::string why;  ///< why this activity protocol
    bool operator==(const Capability&) const = default;
};

/// What the operator set; nothing set is found out.
struct Wish {
    std::optional<ApiVersion> version;
    std::optional<ActivityApi> activities;
};

/// Whose token it is, as HubSpot tells it; what it leaves out is empty.
struct AccountDetails {
    std::string portal_id;
    std::string account_type;  ///< STANDARD, DEVELOPER_TEST, SANDBOX or APP_DEVELOPER
    std::string ui_domain;     ///< where people see this account: `app.hubspot.com`
};

class Account {
  public:
    explicit Account(Client& client, Milliseconds patience = run_patience)
        : client_{client}, patience_{patience} {}

    /// Finds out by reading alone: the newest version that answers a contact search, and whether
    /// its calls object is open to this token. No reading proves that writing is allowed: a write
    /// that is refused later tells (see is_calls_closed).
    Task<Capability> probe(Wish wish);

    /// Whether a refused write means that the calls object is closed to this token. Two things do:
    /// HubSpot says so (see is_missing_scope), or it is not there at all, which a 404 or 405 says
    /// only where reading it is answered so too (Unconfirmed: that an account lacks it).
    Task<bool> is_calls_closed(ApiVersion version, Refused refused);

    /// How the calls object refuses to be read; nothing where it answers.
    Task<std::optional<Refused>> calls_refusal(ApiVersion version);

    /// How a search for contacts is refused; nothing where it is answered.
    Task<std::optional<Refused>> contacts_refusal(ApiVersion version);

    /// The id of the portal that the token belongs to. Throws CredentialsRefused where HubSpot
    /// does not tell.
    Task<std::string> portal_id(ApiVersion version);

    Task<std::expected<AccountDetails, Refused>> details(ApiVersion version);

    /// What the token may do. Nothing where HubSpot does not tell: this question is in none of its
    /// descriptions, and known only from its own MCP server.
    Task<std::optional<std::vector<std::string>>> scopes();

  private:
    Task<ApiVersion> newest_version();
    Task<Answer> read(std::string path);
    Task<Answer> search_contacts(ApiVersion version);

    Client& client_;
    Milliseconds patience_;
};

/// Such a refusal may be about more than what was sent.
bool may_mean_closed(const Refused& refused);

/// A search for contacts that finds none.
std::string encode_version_probe();

std::optional<ApiVersion> parse_api_version(const std::string& text);
std::optional<ActivityApi> parse_activity_api(const std::string& text);

std::string encode_capability(const Capability& capability);
/// Nothing where `text` is from another time or hand: then it is found out anew.
std::optional<Capability> decode_capability(const std::string& text);

AccountDetails decode_account(const std::string& body);

std::string encode_token_request(const Secret& token);
std::vector<std::string> decode_scopes(const std::string& body);

}  // namespace ringbridge::hubspot

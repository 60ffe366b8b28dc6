// What an operator can set, read and checked once at startup. docs/use/settings.md documents it.
#pragma once

#include "core/duplicates.hpp"
#include "core/form_property.hpp"
#include "core/hubspot_api.hpp"
#include "core/mapping.hpp"
#include "core/number_lists.hpp"
#include "core/secret.hpp"
#include "core/time.hpp"
#include "runtime/process.hpp"
#include "runtime/text_log.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ringbridge::runtime {

/// A database's address for people: without user, password and query.
std::string without_login(const std::string& database_url);

struct Settings {
    std::string bridge = "main";            ///< whose settings these are
    int bridges = 1;                        ///< of the program
    std::string receptionist = "goodcall";  ///< a built-in profile's name, or a path
    std::string receptionist_email;         ///< with the password: log in; both or neither
    Secret receptionist_password;
    Secret receptionist_token;                  ///< a static one, instead of logging in
    Secret receptionist_api_key;                ///< where the platform has a public API
    std::string receptionist_base_url;          ///< empty: the profile's
    std::set<std::string> receptionist_agents;  ///< empty: all
    std::vector<Secret> webhook_secrets;        ///< none: webhooks are not accepted

    Secret hubspot_token;
    std::string hubspot_base_url = "https://api.hubapi.com";
    std::string hubspot_portal_id;                    ///< digits; empty: any portal
    std::uint16_t hubspot_headroom = 20;              ///< percent of each limit, left to other apps
    std::optional<ApiVersion> hubspot_api_version;    ///< not set: probed
    std::optional<ActivityApi> hubspot_activity_api;  ///< not set: probed
    std::set<CallKind> kinds{CallKind::inbound, CallKind::outbound};  ///< which calls are synced
    bool transcript = true;                                           ///< in the activity
    Recording recording = Recording::player;
    OwnerRule owner;                ///< of activities
    bool follow_up_missed = false;  ///< a task for each missed call

    std::string database_path = "ringbridge.db";  ///< of SQLite; else the address, to be shown
    Secret database_url;       ///< of PostgreSQL, else empty; may contain a password
    Secret database_password;  ///< wins over that one
    std::string replica_name;  ///< among the processes on one PostgreSQL; empty: made up
    Milliseconds sync_interval = std::chrono::minutes{5};  ///< 0: only on request, or by webhook
    Milliseconds sync_overlap = std::chrono::minutes{60};
    Milliseconds sync_depth = std::chrono::days{60};
    Milliseconds sync_lock_wait = std::chrono::minutes{2};
    Milliseconds retention{0};  ///< of call content in the ledger; 0: forever

    Secret token_key;                     ///< 64 hex digits; empty: the login is kept unsealed
    Secret admin_token;                   ///< empty: loopback clients only
    std::set<std::string> allowed_hosts;  ///< host names accepted then, in lower case
    std::string host = "0.0.0.0";
    std::uint16_t port = 8080;  ///< 0: any free one

    HoldRules hold;                      ///< which duplicates are left to a person
    std::set<std::string> dedup_phones;  ///< properties with numbers, besides HubSpot's two
    std::string default_region = "US";   ///< ISO 3166, upper case
    NumberLists numbers;                 ///< whose calls are synced
    Level log_level = Level::info;       ///< events below are dropped
    LogFormat log_format = LogFormat::text;
    bool log_pii = false;                       ///< phone numbers unmasked in the log
    std::vector<FormProperty> form_properties;  ///< from the file only
    bool operator==(const Settings&) const = default;
};

struct SettingFault {
    std::string variable;  ///< `SYNC_INTERVAL`, `form_properties[1].property`, `--config`
    std::string message;   ///< its value (never a secret) and what it must be
    bool operator==(const SettingFault&) const = default;
};

/// The settings of each bridge, or of one named `main` if the file lists none. The environment wins
/// over the file, an empty value counts as none, and each secret `X` may be given as `X_FILE`
/// instead: a path, read with `read_file`. All faults are reported at once; one that not all
/// bridges have names its bridge: `north.HUBSPOT_TOKEN`.
std::expected<std::vector<Settings>, std::vector<SettingFault>> read_settings(
    const Environment& environment, const std::optional<std::string>& yaml_text,
    FileReader read_file);

}  // namespace ringbridge::runtime

#include "runtime/settings_catalog.hpp"

#include "core/network.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "runtime/settings_file.hpp"
#include "runtime/settings_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::runtime {
namespace {

constexpr std::string_view receptionist =
    "The receptionist: e-mail and password, a token, or an API key";
constexpr std::string_view hubspot = "HubSpot";
constexpr std::string_view content = "What is synced";
constexpr std::string_view schedule = "When";
constexpr std::string_view duplicates = "Duplicates";
constexpr std::string_view numbers = "Numbers";
constexpr std::string_view service = "The service";
constexpr std::string_view log = "The log";

constexpr std::string_view lists_example = R"(
# --- Answers to the receptionist's form, each into a contact property (in this file only)
# form_properties:
#   - question: "Service address?"
#     property: goodcall_service_address
#   - { question: "What is your e-mail?", property: email, mode: overwrite }

# --- Several bridges (in this file only): each has a login and a portal of its own, and for the
# rest what stands above, or its own instead
# bridges:
#   - name: north
#     receptionist_email: north@example.com
#     receptionist_password_file: /run/secrets/north_password
#     hubspot_token_file: /run/secrets/north_hubspot
#     hubspot_portal_id: 12345678
)";

std::string value_in(const Environment& source, const std::string& name) {
    const auto found = source.find(name);
    return found == source.end() ? "" : found->second;
}

// Nothing if it is not given there.
std::optional<SettingInForce> given(const Environment& values, const SettingInfo& setting,
                                    const char* source) {
    const std::string variable{setting.variable};
    auto value = value_in(values, variable);
    auto secret_file = setting.secret ? value_in(values, variable + "_FILE") : "";
    if (value.empty() && secret_file.empty()) return std::nullopt;
    if (setting.secret) value = "set";
    if (setting.variable == "DATABASE_URL") value = without_login(value);
    return SettingInForce{setting.variable, std::move(value), source, std::move(secret_file)};
}

bool is_unencrypted_remote(std::string_view url) {
    constexpr std::string_view plain = "http://";
    const auto origin = origin_of(url);
    return origin.starts_with(plain) && !is_this_machine(without_port(origin.substr(plain.size())));
}

std::optional<SettingFault> warning_of(const SettingInForce& setting) {
    const std::string variable{setting.variable};
    if (const auto& path = setting.secret_file; !path.empty() && is_readable_by_all(path)) {
        return SettingFault{variable + "_FILE",
                            "is " + path +
                                ", which every user of this machine can read; "
                                "chmod it to 0600, owned by the service's user"};
    }
    if (variable.ends_with("_BASE_URL") && is_unencrypted_remote(setting.value)) {
        return SettingFault{variable, "is " + setting.value +
                                          "; over http:// anyone on the network can read the token "
                                          "and all calls: use https://"};
    }
    return std::nullopt;
}

// Values that the example needs to be valid as it is.
std::string_view placeholder(std::string_view variable) {
    if (variable == "RECEPTIONIST_EMAIL") return "owner@example.com";
    if (variable == "RECEPTIONIST_PASSWORD") return "change-me";
    return variable == "HUBSPOT_TOKEN" ? "pat-na1-change-me" : "";
}

std::string example_line(const SettingInfo& setting) {
    const auto key = file_key(setting.variable);
    if (const auto value = placeholder(setting.variable); !value.empty()) {
        return fmt::format("{}: {}\n", key, value);
    }
    if (setting.secret) return fmt::format("# {}_file: /run/secrets/{}\n", key, key);
    return setting.standard.empty() ? fmt::format("# {}:\n", key)
                                    : fmt::format("# {}: {}\n", key, setting.standard);
}

}  // namespace

std::span<const SettingInfo> setting_catalog() {
    static const std::vector<SettingInfo> settings{
        {receptionist, "RECEPTIONIST", "goodcall", "a built-in profile's name, or a file's path"},
        {receptionist, "RECEPTIONIST_EMAIL", "", "the login's e-mail, together with the password"},
        {receptionist, "RECEPTIONIST_PASSWORD", "", "the login's password", true},
        {receptionist, "RECEPTIONIST_TOKEN", "", "a token copied from a logged-in browser", true},
        {receptionist, "RECEPTIONIST_API_KEY", "", "where the platform has a public API", true},
        {receptionist, "RECEPTIONIST_BASE_URL", "", "the platform's address, if not the profile's"},
        {receptionist, "RECEPTIONIST_AGENTS", "",
         "agent ids, with commas, where calls are listed by agent; all if not set"},
        {receptionist, "WEBHOOK_SECRET", "",
         "accepts the platform's webhooks; several with commas, while one is changed", true},
        {hubspot, "HUBSPOT_TOKEN", "", "a service key, or a private app's token", true},
        {hubspot, "HUBSPOT_BASE_URL", "https://api.hubapi.com", "for tests and proxies"},
        {hubspot, "HUBSPOT_PORTAL_ID", "", "digits; nothing is written to any other portal"},
        {hubspot, "HUBSPOT_API_VERSION", "auto", explain_words(api_version_words)},
        {hubspot, "HUBSPOT_ACTIVITY_API", "auto", explain_words(activity_api_words)},
        {hubspot, "HUBSPOT_HEADROOM", "20",
         "percent of HubSpot's limits left to other apps, 0 to 90"},
        {content, "CALL_KINDS", "inbound,outbound",
         "of inbound, outbound and web (from a browser), comma-separated"},
        {content, "TRANSCRIPT", "full", explain_words(transcript_words)},
        {content, "RECORDING", "player", explain_words(recording_words)},
        {content, "ACTIVITY_OWNER", "none", "none, contact (its owner), or an owner's id"},
        {content, "CALL_TASKS", "off", explain_words(follow_up_words)},
        {schedule, "SYNC_INTERVAL", "5m",
         "the pause between runs (30s, 5m, 2h); 15m beside webhooks; 0: only on request"},
        {schedule, "SYNC_OVERLAP", "60m", "how far a run reaches back before the last one's end"},
        {schedule, "SYNC_DEPTH", "60d", "how old a call may be when it is first listed"},
        {duplicates, "DEDUP_HOLD", "email,name,shared",
         "what leaves duplicates to a person; or none"},
        {duplicates, "DEDUP_PROTECT", "", "contacts that are never merged: comma-separated ids"},
        {duplicates, "DEDUP_PHONES", "", "further properties that hold numbers (comma-separated)"},
        {duplicates, "DEDUP_SWITCHBOARDS", "", "numbers that are nobody's own (comma-separated)"},
        {numbers, "DEFAULT_REGION", "US", "country of numbers without a code: two capital letters"},
        {numbers, "ALLOW_NUMBERS", "", "only calls from these are synced (comma-separated)"},
        {numbers, "BLOCK_NUMBERS", "", "calls from these are not synced (comma-separated)"},
        {service, "DATABASE_URL", "sqlite:ringbridge.db",
         "the ledger: sqlite:PATH, or postgresql://USER@HOST/DATABASE?sslmode=verify-full"},
        {service, "DATABASE_PASSWORD", "", "of PostgreSQL's user, if the address has none", true},
        {service, "REPLICA_NAME", "",
         "of this process among those on one PostgreSQL; none: the host's, and some digits"},
        {service, "RETENTION", "0", "how long the ledger keeps call content (90d); 0: forever"},
        {service, "SYNC_LOCK_WAIT", "2m", "how long /sync-now waits for a run in progress"},
        {service, "TOKEN_KEY", "", "64 hex digits: seals the receptionist's login in the ledger",
         true},
        {service, "ADMIN_TOKEN", "",
         "16 characters or more for the HTTP interface; none: local only", true},
        {service, "ALLOWED_HOSTS", "", "host names accepted without that token (comma-separated)"},
        {service, "HOST", "0.0.0.0", "the address to listen on"},
        {service, "PORT", "8080", "the port to listen on; 0: any free one"},
        {log, "LOG_LEVEL", "info", explain_words(log_level_words)},
        {log, "LOG_FORMAT", "text", explain_words(log_format_words)},
        {log, "LOG_PII", "0", "1: phone numbers unmasked"},
    };
    return settings;
}

bool is_for_all_bridges(const SettingInfo& setting) {
    return setting.topic == service || setting.topic == log;
}

std::string file_key(std::string_view variable) { return lower_case(variable); }

std::vector<BridgeInForce> settings_in_force(const Environment& environment,
                                             const std::optional<std::string>& yaml_text) {
    const auto file = read_settings_file(yaml_text.value_or(""));
    std::vector<BridgeInForce> bridges;
    for (const auto& [name, own] : bridges_of(file)) {
        auto& in_force = bridges.emplace_back(name).settings;
        const auto values = values_for(file.top.values, own.values);
        for (const auto& setting : setting_catalog()) {
            if (auto from_environment = given(environment, setting, "environment")) {
                in_force.push_back(std::move(*from_environment));
            } else if (auto from_file = given(values, setting, "file")) {
                in_force.push_back(std::move(*from_file));
            } else if (!setting.standard.empty()) {
                in_force.push_back(
                    {setting.variable, std::string{setting.standard}, "default", ""});
            }
        }
    }
    return bridges;
}

std::vector<SettingFault> setting_warnings(const std::vector<BridgeInForce>& bridges) {
    std::vector<SettingFault> warnings;
    for (const auto& bridge : bridges) {
        for (const auto& setting : bridge.settings) {
            auto warning = warning_of(setting);
            if (!warning || std::ranges::find(warnings, *warning) != warnings.end()) continue;
            warnings.push_back(std::move(*warning));
        }
    }
    return warnings;
}

std::string example_settings_file() {
    std::string text =
        "# ringbridge's settings. Commented-out values are the defaults: see "
        "docs/use/settings.md.\n"
        "# Each secret `x` may be given as `x_file`: a path to read it from.\n";
    std::string_view topic;
    for (const auto& setting : setting_catalog()) {
        if (setting.topic != topic) text += fmt::format("\n# --- {}\n", setting.topic);
        topic = setting.topic;
        text +=
            fmt::format("\n# {}: {}\n{}", setting.variable, setting.meaning, example_line(setting));
    }
    return text + std::string{lists_example};
}

}  // namespace ringbridge::runtime

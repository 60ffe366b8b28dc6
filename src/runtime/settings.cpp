#include "core/parse_number.hpp"
#include "core/text.hpp"
#include "core/url.hpp"
#include "runtime/bridge_settings.hpp"
#include "runtime/settings_words.hpp"

#include <algorithm>
#include <string_view>

namespace ringbridge::runtime {
namespace {

using namespace std::chrono_literals;

bool is_postgres(std::string_view url) {
    return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

}  // namespace

// What precedes the @, and a query, may contain a password.
std::string without_login(const std::string& url) {
    if (!is_postgres(url)) return url;
    const auto begin = url.find("://") + 3;
    const auto at = url.rfind('@');
    const auto rest = at == std::string::npos ? url.substr(begin) : url.substr(at + 1);
    return "postgresql://" + rest.substr(0, rest.find('?'));
}

namespace {

using Names = std::vector<std::string>;

bool consists_of(std::string_view text, std::string_view characters) {
    return text.find_first_not_of(characters) == std::string_view::npos;
}

constexpr std::string_view decimal_digits = "0123456789";
constexpr std::string_view property_characters = "abcdefghijklmnopqrstuvwxyz0123456789_";

bool is_blank_or_control(char c) { return (c >= '\0' && c <= ' ') || c == '\x7f'; }

/// Reads settings one by one, and collects their faults.
class Reader {
  public:
    Reader(const Environment& environment, const Environment& file, FileReader read_file)
        : environment_{environment}, file_{file}, read_file_{std::move(read_file)} {}

    std::vector<SettingFault> take_faults() { return std::move(faults_); }

    void fault(const std::string& variable, std::string message) {
        faults_.push_back({variable, std::move(message)});
    }

    void text(const std::string& variable, std::string& target) const {
        if (const auto given = value(variable); !given.empty()) target = given;
    }

    template <class T, std::size_t count>
    void choice(const std::string& variable, const Words<T, count>& words, T& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        const auto chosen = parse_word(words, given);
        if (!chosen) return wrong(variable, given, "one of " + list_words(words));
        target = *chosen;
    }

    void span(const std::string& variable, Milliseconds& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        const auto span = parse_span(given);
        if (!span) return wrong(variable, given, "a span such as 30s, 5m, 36h or 7d, or 0");
        target = *span;
    }

    void digits(const std::string& variable, std::string& target) {
        const auto given = value(variable);
        if (!consists_of(given, decimal_digits)) return wrong(variable, given, "digits only");
        target = given;
    }

    void owner(const std::string& variable, OwnerRule& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        if (given == "none") {
            target = NoOwner{};
        } else if (given == "contact") {
            target = ContactOwner{};
        } else if (consists_of(given, decimal_digits)) {
            target = OwnerId{given};
        } else {
            wrong(variable, given, "none, contact, or an owner's id in HubSpot: digits");
        }
    }

    void number(const std::string& variable, std::uint16_t most, const std::string& must_be,
                std::uint16_t& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        const auto number = parse_number<std::uint16_t>(given);
        if (!number || *number > most) return wrong(variable, given, must_be);
        target = *number;
    }

    void url(const std::string& variable, std::string& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        const auto origin = origin_of(given);
        if (origin.find('@') != std::string::npos) {
            // Not shown: what precedes the @ may be a password.
            return fault(variable, "contains a user name or a password; give the address only");
        }
        const bool has_host = !origin.ends_with("//") && !origin.empty();
        if (!has_host || std::ranges::any_of(given, is_blank_or_control) ||
            given.find_first_of("?#") != std::string::npos) {
            return wrong(variable, given, "an http:// or https:// URL without a query");
        }
        target = given;
    }

    void region(const std::string& variable, std::string& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        if (given.size() != 2 || !consists_of(given, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) {
            return wrong(variable, given, "a two-letter country code in upper case, such as US");
        }
        target = given;
    }

    void numbers(const std::string& variable, const std::string& region,
                 std::set<std::string>& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        for (const auto& item : items_of(given)) {
            const auto found = find_phones(item, region);
            if (found.size() == 1) {
                target.insert(found.front().e164);
            } else {
                fault(variable, "contains \"" + item +
                                    "\", which is not one phone number; must be "
                                    "comma-separated numbers, such as +15718308515, 703-555-0123");
            }
        }
    }

    void contacts(const std::string& variable, std::set<ContactId>& target) {
        std::set<std::string> ids;
        list(variable, value(variable), decimal_digits, "HubSpot ids: 501, 502", ids);
        for (const auto& id : ids) target.emplace(id);
    }

    void agents(const std::string& variable, std::set<std::string>& target) {
        list(variable, value(variable),
             "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:~+/=@",
             "agent ids: agent_1, agent_2", target);
    }

    void properties(const std::string& variable, std::set<std::string>& target) {
        list(variable, value(variable), property_characters, "property names: fax, work_phone",
             target);
    }

    /// Host names, in any case.
    void hosts(const std::string& variable, std::set<std::string>& target) {
        list(variable, lower_case(value(variable)), "abcdefghijklmnopqrstuvwxyz0123456789.-_",
             "names without scheme and port: bridge.example.com, bridge.lan", target);
    }

    void database(const std::string& variable, Settings& settings) {
        constexpr std::string_view sqlite = "sqlite:";
        const auto given = value(variable);
        if (given.empty()) return;
        if (is_postgres(given)) {
            settings.database_path = without_login(given);
            settings.database_url = Secret{given};
        } else if (given.starts_with(sqlite) && given.size() > sqlite.size()) {
            settings.database_path = given.substr(sqlite.size());
        } else {
            // Never shown: database addresses may contain passwords.
            fault(variable,
                  "is not a database address; must be sqlite:PATH, such as sqlite:ringbridge.db, "
                  "or postgresql://USER@HOST/DATABASE");
        }
    }

    void kinds(const std::string& variable, std::set<CallKind>& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        target.clear();
        for (const auto& word : items_of(given)) {
            const auto kind = parse_word(call_kinds, word);
            if (!kind) return wrong(variable, given, "a list of " + list_words(call_kinds));
            target.insert(*kind);
        }
    }

    /// The differences that hold a group; the operator's lists in `target` stay.
    void holds(const std::string& variable, HoldRules& target) {
        const auto given = value(variable);
        if (given.empty()) return;
        auto rules = only_listed(target);
        for (const auto& word : given == "none" ? Names{} : items_of(given)) {
            const auto rule = parse_word(hold_words, word);
            if (!rule) {
                return wrong(variable, given, "a list of " + list_words(hold_words) + ", or none");
            }
            rules.** rule = true;
        }
        target = std::move(rules);
    }

    void secret(const std::string& variable, Secret& target) {
        const auto in_file = variable + "_FILE";
        const auto& source = given_in(environment_, variable, in_file) ? environment_ : file_;
        const auto direct = look_up(source, variable);
        const auto path = look_up(source, in_file);
        if (!direct.empty() && !path.empty()) {
            return fault(variable, "is given twice: as " + variable + " and as " + in_file);
        }
        target = Secret{path.empty() ? direct : content_of(in_file, path)};
    }

    /// A secret that is sent as a header or a cookie: it cannot contain spaces or line breaks.
    void token(const std::string& variable, Secret& target) {
        secret(variable, target);
        if (std::ranges::any_of(target.reveal(), is_blank_or_control)) {
            fault(variable, "contains a space, a line break or another control character");
        }
    }

    /// Parted by blanks or commas: any of them will do, while one is changed for another.
    void secrets(const std::string& variable, std::vector<Secret>& target) {
        Secret all;
        secret(variable, all);
        auto text = all.reveal();
        std::ranges::replace_if(text, is_blank_or_control, ',');
        for (const auto& item : items_of(text)) {
            if (!item.empty()) target.emplace_back(item);
        }
        if (!all.empty() && target.empty()) fault(variable, "has only blanks and commas");
    }

    /// Anyone who can reach the HTTP interface may try to guess it.
    void admin_token(const std::string& variable, Secret& target) {
        token(variable, target);
        if (!target.empty() && target.reveal().size() < 16) {
            fault(variable, "must have 16 characters or more; make one with: openssl rand -hex 32");
        }
    }

    /// A 32-byte sealing key.
    void key(const std::string& variable, Secret& target) {
        secret(variable, target);
        const auto& given = target.reveal();
        if (given.empty()) return;
        if (given.size() != 64 || !consists_of(given, "0123456789abcdefABCDEF")) {
            fault(variable, "must be 64 hexadecimal digits; make one with: openssl rand -hex 32");
        }
    }

    /// Whether the operator gave it at all, valid or not.
    bool named(const std::string& secret_name) const {
        return given_in(environment_, secret_name, secret_name + "_FILE") ||
               given_in(file_, secret_name, secret_name + "_FILE");
    }

  private:
    static std::string look_up(const Environment& source, const std::string& variable) {
        const auto found = source.find(variable);
        return found == source.end() ? "" : found->second;
    }

    static bool given_in(const Environment& source, const std::string& variable,
                         const std::string& in_file) {
        return !look_up(source, variable).empty() || !look_up(source, in_file).empty();
    }

    static Names items_of(std::string_view list) {
        Names items;
        for (;;) {
            items.emplace_back(trim(list.substr(0, list.find(','))));
            if (list.find(',') == std::string_view::npos) return items;
            list.remove_prefix(list.find(',') + 1);
        }
    }

    void list(const std::string& variable, const std::string& text, std::string_view characters,
              const std::string& what, std::set<std::string>& target) {
        if (text.empty()) return;
        for (const auto& item : items_of(text)) {
            if (item.empty() || !consists_of(item, characters)) {
                return wrong(variable, value(variable), "comma-separated " + what);
            }
            target.insert(item);
        }
    }

    std::string value(const std::string& variable) const {
        const auto given = look_up(environment_, variable);
        return given.empty() ? look_up(file_, variable) : given;
    }

    std::string content_of(const std::string& variable, const std::string& path) {
        auto text = read_file_(path);
        if (!text) {
            fault(variable, "is " + path + ", which cannot be read: " + text.error());
            return {};
        }
        if (text->ends_with('\n')) text->pop_back();
        if (text->ends_with('\r')) text->pop_back();
        if (text->empty()) fault(variable, "is " + path + ", which is empty");
        return *text;
    }

    void wrong(const std::string& variable, const std::string& given, const std::string& must_be) {
        fault(variable, "is " + given + "; must be " + must_be);
    }

    const Environment& environment_;
    const Environment& file_;
    FileReader read_file_;
    std::vector<SettingFault> faults_;
};

void read_receptionist(Reader& reader, Settings& settings) {
    reader.text("RECEPTIONIST", settings.receptionist);
    reader.text("RECEPTIONIST_EMAIL", settings.receptionist_email);
    reader.secret("RECEPTIONIST_PASSWORD", settings.receptionist_password);
    reader.token("RECEPTIONIST_TOKEN", settings.receptionist_token);
    reader.token("RECEPTIONIST_API_KEY", settings.receptionist_api_key);
    reader.url("RECEPTIONIST_BASE_URL", settings.receptionist_base_url);
    reader.agents("RECEPTIONIST_AGENTS", settings.receptionist_agents);
    reader.secrets("WEBHOOK_SECRET", settings.webhook_secrets);
    const bool email = !settings.receptionist_email.empty();
    const bool password = reader.named("RECEPTIONIST_PASSWORD");
    if (email == password || reader.named("RECEPTIONIST_TOKEN")) return;
    reader.fault(email ? "RECEPTIONIST_PASSWORD" : "RECEPTIONIST_EMAIL",
                 "is missing; set both RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD, or "
                 "RECEPTIONIST_TOKEN instead");
}

void read_hubspot(Reader& reader, Settings& settings) {
    reader.token("HUBSPOT_TOKEN", settings.hubspot_token);
    if (!reader.named("HUBSPOT_TOKEN")) {
        reader.fault("HUBSPOT_TOKEN",
                     "is missing; set it (or HUBSPOT_TOKEN_FILE) to a private "
                     "app's token or a service key");
    }
    reader.url("HUBSPOT_BASE_URL", settings.hubspot_base_url);
    reader.digits("HUBSPOT_PORTAL_ID", settings.hubspot_portal_id);
    reader.choice("HUBSPOT_API_VERSION", api_version_words, settings.hubspot_api_version);
    reader.choice("HUBSPOT_ACTIVITY_API", activity_api_words, settings.hubspot_activity_api);
    reader.number("HUBSPOT_HEADROOM", 90, "a percentage from 0 to 90", settings.hubspot_headroom);
}

void read_content(Reader& reader, Settings& settings) {
    reader.kinds("CALL_KINDS", settings.kinds);
    reader.choice("TRANSCRIPT", transcript_words, settings.transcript);
    reader.choice("RECORDING", recording_words, settings.recording);
    reader.owner("ACTIVITY_OWNER", settings.owner);
    reader.choice("CALL_TASKS", follow_up_words, settings.follow_up_missed);
}

bool reads_lists(const Settings& settings) {
    return !settings.receptionist_email.empty() || !settings.receptionist_token.empty() ||
           !settings.receptionist_api_key.empty();
}

void read_service(Reader& reader, Settings& settings) {
    reader.database("DATABASE_URL", settings);
    reader.secret("DATABASE_PASSWORD", settings.database_password);
    reader.text("REPLICA_NAME", settings.replica_name);
    // With webhooks the list is only read for what they may have missed.
    if (!settings.webhook_secrets.empty() && reads_lists(settings)) settings.sync_interval = 15min;
    reader.span("SYNC_INTERVAL", settings.sync_interval);
    reader.span("SYNC_OVERLAP", settings.sync_overlap);
    reader.span("SYNC_DEPTH", settings.sync_depth);
    reader.span("SYNC_LOCK_WAIT", settings.sync_lock_wait);
    reader.span("RETENTION", settings.retention);
    reader.key("TOKEN_KEY", settings.token_key);
    reader.admin_token("ADMIN_TOKEN", settings.admin_token);
    reader.hosts("ALLOWED_HOSTS", settings.allowed_hosts);
    reader.text("HOST", settings.host);
    reader.number("PORT", 65535, "a number from 0 (any free port) to 65535", settings.port);
    reader.region("DEFAULT_REGION", settings.default_region);
    reader.numbers("ALLOW_NUMBERS", settings.default_region, settings.numbers.allow);
    reader.numbers("BLOCK_NUMBERS", settings.default_region, settings.numbers.block);
    reader.holds("DEDUP_HOLD", settings.hold);
    reader.contacts("DEDUP_PROTECT", settings.hold.protected_contacts);
    reader.properties("DEDUP_PHONES", settings.dedup_phones);
    reader.numbers("DEDUP_SWITCHBOARDS", settings.default_region, settings.hold.switchboards);
    reader.choice("LOG_LEVEL", log_level_words, settings.log_level);
    reader.choice("LOG_FORMAT", log_format_words, settings.log_format);
    reader.choice("LOG_PII", log_pii_words, settings.log_pii);
}

bool is_listed_twice(const std::string& property,
                     const std::vector<FormProperty>& form_properties) {
    return std::ranges::count(form_properties, property, &FormProperty::property) > 1;
}

void check_form_properties(Reader& reader, const std::vector<FormProperty>& form_properties) {
    Names questions;
    for (std::size_t i = 0; i < form_properties.size(); ++i) {
        const auto& [question, property, mode] = form_properties[i];
        const auto where = "form_properties[" + std::to_string(i) + ']';
        if (question.empty()) {
            reader.fault(where + ".question", "is missing; write the question as in the form");
        } else if (std::ranges::find(questions, question) != questions.end()) {
            reader.fault(where + ".question", "is " + question + ", which is already listed");
        }
        questions.push_back(question);
        if (property.empty() || !consists_of(property, property_characters) || property[0] < 'a') {
            reader.fault(where + ".property",
                         "is " + (property.empty() ? "missing" : property) +
                             "; must be a HubSpot property's internal name: lower-case letters, "
                             "digits and _, starting with a letter");
        } else if (mode == AnswerMode::append && is_listed_twice(property, form_properties)) {
            reader.fault(where + ".property",
                         "is " + property +
                             ", which is listed twice; only one question's answers can be "
                             "appended to a property");
        }
    }
}

}  // namespace

BridgeSettings read_bridge_settings(const Environment& environment, const SettingsBlock& file,
                                    FileReader read_file) {
    Reader reader{environment, file.values, std::move(read_file)};
    Settings settings;
    read_receptionist(reader, settings);
    read_hubspot(reader, settings);
    read_content(reader, settings);
    read_service(reader, settings);
    settings.form_properties = file.form_properties.value_or(std::vector<FormProperty>{});
    check_form_properties(reader, settings.form_properties);
    return {std::move(settings), reader.take_faults()};
}

}  // namespace ringbridge::runtime

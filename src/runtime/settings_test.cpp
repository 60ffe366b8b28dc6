// Settings from the environment and the file: what is accepted, and how the rest is refused.
#include "runtime/settings_catalog.hpp"

#include <gmock/gmock.h>

namespace ringbridge::runtime {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Environment enough{{"RECEPTIONIST_TOKEN", "jwt"}, {"HUBSPOT_TOKEN", "pat"}};

std::expected<std::string, std::string> no_files(const std::string&) {
    return std::unexpected{"No such file or directory"};
}

std::expected<std::string, std::string> secret_file(const std::string& path) {
    if (path == "/run/secret") return "from-file\n";
    return no_files(path);
}

Environment with(const Environment& more) {
    Environment environment = more;
    environment.insert(enough.begin(), enough.end());
    return environment;
}

using Outcome = std::expected<Settings, std::vector<SettingFault>>;
using Bridges = std::expected<std::vector<Settings>, std::vector<SettingFault>>;

Outcome only_one_of(Bridges read) {
    if (!read) return std::unexpected{std::move(read.error())};
    if (read->size() != 1) throw std::runtime_error{"more than one bridge"};
    return std::move(read->front());
}

Outcome from_environment(const Environment& environment) {
    return only_one_of(read_settings(environment, std::nullopt, secret_file));
}

Outcome from_file(const std::string& yaml) {
    return only_one_of(read_settings(enough, yaml, secret_file));
}

template <class T>
std::vector<std::string> faults_of(const T& outcome) {
    std::vector<std::string> lines;
    if (outcome) return lines;
    for (const auto& fault : outcome.error()) lines.push_back(fault.variable + " " + fault.message);
    return lines;
}

TEST(Settings, two_tokens_are_enough_and_the_rest_has_defaults) {
    const auto settings = from_environment(enough);
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_EQ(settings->receptionist, "goodcall");
    EXPECT_EQ(settings->hubspot_base_url, "https://api.hubapi.com");
    EXPECT_EQ(settings->database_path, "ringbridge.db");
    EXPECT_EQ(settings->sync_interval, std::chrono::minutes{5});
    EXPECT_EQ(settings->sync_overlap, std::chrono::minutes{60});
    EXPECT_EQ(settings->sync_lock_wait, std::chrono::minutes{2});
    EXPECT_EQ(settings->port, 8080);
    EXPECT_EQ(settings->hold, HoldRules{});
}

TEST(SettingCatalog, each_stated_default_is_the_actual_one) {
    for (const auto& setting : setting_catalog()) {
        if (setting.standard.empty()) continue;
        const auto stated = with({{std::string{setting.variable}, std::string{setting.standard}}});
        EXPECT_EQ(from_environment(stated), from_environment(enough)) << setting.variable;
    }
}

TEST(SettingCatalog, its_example_can_be_read) {
    const auto settings = read_settings({}, example_settings_file(), secret_file);
    EXPECT_TRUE(settings) << testing::PrintToString(faults_of(settings));
}

constexpr const char* two_bridges = R"(
sync_interval: 10m
receptionist_email: all@example.com
receptionist_password: all
form_properties: [{ question: "Where?", property: address }]
bridges:
  - { name: north, hubspot_token_file: /run/secret, hubspot_portal_id: 1, sync_interval: 2m }
  - name: south
    receptionist_token: jwt
    hubspot_portal_id: 2
    form_properties: [{ question: "Who?", property: name }]
)";

TEST(Bridges, each_has_its_own_settings_or_else_those_at_the_top) {
    const auto read =
        read_settings({}, "hubspot_token: pat\n" + std::string{two_bridges}, secret_file);
    ASSERT_TRUE(read) << testing::PrintToString(faults_of(read));
    ASSERT_EQ(read->size(), 2U);
    const auto& north = read->front();
    const auto& south = read->back();
    EXPECT_EQ(north.bridge, "north");
    EXPECT_EQ(north.bridges, 2);
    EXPECT_EQ(north.hubspot_token.reveal(), "from-file");
    EXPECT_EQ(north.receptionist_email, "all@example.com");
    EXPECT_EQ(north.sync_interval, std::chrono::minutes{2});
    EXPECT_EQ(north.form_properties.front().property, "address");
    EXPECT_EQ(south.hubspot_token.reveal(), "pat");
    EXPECT_EQ(south.sync_interval, std::chrono::minutes{10});
    EXPECT_EQ(south.form_properties.front().property, "name");
    // A login is one setting: this bridge does not get the top's e-mail and password.
    EXPECT_EQ(south.receptionist_token.reveal(), "jwt");
    EXPECT_EQ(south.receptionist_email, "");
    EXPECT_TRUE(south.receptionist_password.empty());
}

TEST(Bridges, faults_that_all_have_are_reported_once_and_others_with_the_bridges_name) {
    const auto read = read_settings({{"SYNC_OVERLAP", "often"}}, two_bridges, secret_file);
    EXPECT_THAT(faults_of(read), testing::UnorderedElementsAre(
                                     testing::StartsWith("SYNC_OVERLAP is often"),
                                     testing::StartsWith("south.HUBSPOT_TOKEN is missing")));
}

std::vector<std::string> faults_of_bridges(const std::string& entries) {
    return faults_of(
        read_settings({{"HUBSPOT_TOKEN", "pat"}}, "bridges:\n" + entries, secret_file));
}

TEST(Bridges, what_would_mix_up_two_clients_is_a_fault) {
    EXPECT_THAT(faults_of_bridges("- {name: north, receptionist_token: a, hubspot_portal_id: 1}\n"
                                  "- {name: south, receptionist_token: a, hubspot_portal_id: 2}\n"),
                ElementsAre(HasSubstr("south.RECEPTIONIST_EMAIL is the login of north as well")));
    EXPECT_THAT(faults_of_bridges("- {name: north, receptionist_token: a, hubspot_portal_id: 1}\n"
                                  "- {name: south, receptionist_token: b}\n"),
                ElementsAre(HasSubstr("south.HUBSPOT_PORTAL_ID is missing")));
    EXPECT_THAT(
        faults_of_bridges(
            "- {name: north, receptionist_token: a, hubspot_token_file: /run/secret}\n"),
        ElementsAre(HasSubstr("HUBSPOT_TOKEN_FILE is set for this bridge, and HUBSPOT_TOKEN in the "
                              "environment")));
}

TEST(Bridges, an_invalid_entry_is_a_fault) {
    const std::string login = ", receptionist_token: a, hubspot_portal_id: 1}\n";
    EXPECT_THAT(faults_of_bridges("- {name: North" + login),
                ElementsAre(HasSubstr("bridges[0].name is North; must be")));
    EXPECT_THAT(faults_of_bridges("- {name: 1st" + login),
                ElementsAre(HasSubstr("bridges[0].name is 1st; must be")));
    EXPECT_THAT(faults_of_bridges("- {receptionist_token: a}\n"),
                ElementsAre(HasSubstr("bridges[0].name is missing")));
    EXPECT_THAT(faults_of_bridges("- {name: north" + login +
                                  "- {name: north, receptionist_token: b, hubspot_portal_id: 1}\n"),
                ElementsAre(HasSubstr("bridges[1].name is north, which is already used")));
    EXPECT_THAT(faults_of_bridges("- {name: north, port: 80" + login),
                ElementsAre(HasSubstr("north.port applies to all bridges")));
    EXPECT_THAT(
        faults_of_bridges("- {name: north, hubspot_tokn: x" + login),
        ElementsAre(HasSubstr("north.hubspot_tokn is not a setting; did you mean hubspot_token")));
    EXPECT_THAT(faults_of(read_settings(enough, "bridges: north", secret_file)),
                ElementsAre(HasSubstr("bridges must be a list")));
    EXPECT_THAT(faults_of(read_settings(enough, "bridges: [north]", secret_file)),
                ElementsAre(HasSubstr("bridges[0] must be {name")));
}

TEST(Settings, agents_are_a_list) {
    auto variables = enough;
    variables["RECEPTIONIST_AGENTS"] = "agent_1, b-2";
    const auto settings = from_environment(variables);
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->receptionist_agents, (std::set<std::string>{"agent_1", "b-2"}));
    variables["RECEPTIONIST_AGENTS"] = "agent 1";
    EXPECT_FALSE(from_environment(variables));
}

TEST(Settings, every_variable_is_read) {
    const auto settings = from_environment({{"RECEPTIONIST", "profiles/other.yaml"},
                                            {"RECEPTIONIST_EMAIL", "a@b.c"},
                                            {"RECEPTIONIST_PASSWORD", "pass word"},
                                            {"RECEPTIONIST_BASE_URL", "http://127.0.0.1:9/x/"},
                                            {"HUBSPOT_TOKEN", "pat"},
                                            {"HUBSPOT_BASE_URL", "https://hub.test"},
                                            {"HUBSPOT_PORTAL_ID", "123"},
                                            {"HUBSPOT_API_VERSION", "2026-03"},
                                            {"HUBSPOT_ACTIVITY_API", "engagements-v1"},
                                            {"HUBSPOT_HEADROOM", "35"},
                                            {"TRANSCRIPT", "off"},
                                            {"RECORDING", "link"},
                                            {"ACTIVITY_OWNER", "42"},
                                            {"CALL_TASKS", "missed"},
                                            {"DATABASE_URL", "sqlite:/var/lib/rb.db"},
                                            {"SYNC_INTERVAL", "0"},
                                            {"SYNC_OVERLAP", "36h"},
                                            {"SYNC_LOCK_WAIT", "250ms"},
                                            {"RETENTION", "90d"},
                                            {"ADMIN_TOKEN", "sixteen-or-more!"},
                                            {"ALLOWED_HOSTS", "bridge.lan, Calls.example"},
                                            {"HOST", "::1"},
                                            {"PORT", "65535"},
                                            {"DEDUP_HOLD", "shared, email"},
                                            {"DEDUP_PROTECT", "501, 502"},
                                            {"DEDUP_PHONES", "fax, work_phone"},
                                            {"DEDUP_SWITCHBOARDS", "030 901820"},
                                            {"DEFAULT_REGION", "DE"},
                                            {"ALLOW_NUMBERS", "030 901820,+1 571 830 8515 x12"},
                                            {"BLOCK_NUMBERS", "(030) 90 18 21"},
                                            {"LOG_LEVEL", "debug"},
                                            {"LOG_FORMAT", "json"}});
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_EQ(settings->receptionist, "profiles/other.yaml");
    EXPECT_EQ(settings->receptionist_email, "a@b.c");
    EXPECT_EQ(settings->receptionist_password.reveal(), "pass word");
    EXPECT_EQ(settings->receptionist_base_url, "http://127.0.0.1:9/x/");
    EXPECT_EQ(settings->hubspot_token.reveal(), "pat");
    EXPECT_EQ(settings->hubspot_base_url, "https://hub.test");
    EXPECT_EQ(settings->hubspot_portal_id, "123");
    EXPECT_EQ(settings->hubspot_api_version, ApiVersion::v2026_03);
    EXPECT_EQ(settings->hubspot_activity_api, ActivityApi::engagements_v1);
    EXPECT_EQ(settings->hubspot_headroom, 35);
    EXPECT_FALSE(settings->transcript);
    EXPECT_EQ(settings->recording, Recording::link);
    EXPECT_EQ(settings->owner, OwnerRule{OwnerId{"42"}});
    EXPECT_TRUE(settings->follow_up_missed);
    EXPECT_EQ(settings->database_path, "/var/lib/rb.db");
    EXPECT_EQ(settings->sync_interval, Milliseconds{0});
    EXPECT_EQ(settings->sync_overlap, std::chrono::hours{36});
    EXPECT_EQ(settings->sync_lock_wait, Milliseconds{250});
    EXPECT_EQ(settings->admin_token.reveal(), "sixteen-or-more!");
    EXPECT_THAT(settings->allowed_hosts, ElementsAre("bridge.lan", "calls.example"));
    EXPECT_EQ(settings->host, "::1");
    EXPECT_EQ(settings->port, 65535);
    EXPECT_EQ(settings->hold, (HoldRules{.email = true,
                                         .name = false,
                                         .shared = true,
                                         .owner = false,
                                         .protected_contacts = {"501", "502"},
                                         .switchboards = {"+4930901820"}}));
    EXPECT_THAT(settings->dedup_phones, ElementsAre("fax", "work_phone"));
    EXPECT_EQ(settings->default_region, "DE");
    EXPECT_THAT(settings->numbers.allow, ElementsAre("+15718308515", "+4930901820"));
    EXPECT_THAT(settings->numbers.block, ElementsAre("+4930901821"));
    EXPECT_EQ(settings->log_level, Level::debug);
    EXPECT_EQ(settings->log_format, LogFormat::json);
}

TEST(Settings, none_holds_no_group_back) {
    EXPECT_EQ(from_environment(with({{"DEDUP_HOLD", "none"}}))->hold, only_listed({}));
}

TEST(Settings, an_empty_value_counts_as_none) {
    const auto settings = from_environment(
        with({{"PORT", ""}, {"DEDUP_HOLD", ""}, {"ADMIN_TOKEN", ""}, {"ADMIN_TOKEN_FILE", ""}}));
    ASSERT_TRUE(settings);
    EXPECT_EQ(settings->port, 8080);
    EXPECT_EQ(settings->hold, HoldRules{});
    EXPECT_TRUE(settings->admin_token.empty());
}

TEST(Settings, each_wrong_value_is_refused_with_what_it_must_be) {
    struct Case {
        std::string variable, value, must_be;
    };
    const std::vector<Case> cases{
        {"HUBSPOT_PORTAL_ID", "12a", "digits only"},
        {"HUBSPOT_API_VERSION", "v4", "auto, 2026-09, 2026-03, v3"},
        {"HUBSPOT_ACTIVITY_API", "v1", "auto, calls, engagements-v1"},
        {"HUBSPOT_HEADROOM", "91", "percentage from 0 to 90"},
        {"DEDUP_PHONES", "Work phone", "property names"},
        {"HUBSPOT_HEADROOM", "20%", "percentage from 0 to 90"},
        {"TRANSCRIPT", "short", "full, off"},
        {"RECORDING", "yes", "player, link, off"},
        {"CALL_TASKS", "all", "off, missed"},
        {"ACTIVITY_OWNER", "jane@example.com", "none, contact, or an owner's id"},
        {"HUBSPOT_BASE_URL", "ftp://x", "http:// or https://"},
        {"HUBSPOT_BASE_URL", "https://", "http:// or https://"},
        {"RECEPTIONIST_BASE_URL", "https://a?b", "without a query"},
        {"RECEPTIONIST_BASE_URL", "goodcall.com", "http:// or https://"},
        {"SYNC_INTERVAL", "5 minutes", "30s, 5m, 36h or 7d, or 0"},
        {"SYNC_OVERLAP", "-1h", "a span"},
        {"SYNC_LOCK_WAIT", "120", "a span"},
        {"RETENTION", "90", "a span"},
        {"PORT", "65536", "0 (any free port) to 65535"},
        {"PORT", "80a", "0 (any free port) to 65535"},
        {"DEDUP_PROTECT", "501,x", "HubSpot ids"},
        {"DEDUP_HOLD", "email,phone", "email, name, shared, owner, or none"},
        {"DEFAULT_REGION", "us", "two-letter country code"},
        {"LOG_LEVEL", "trace", "debug, info, warn, error"},
        {"LOG_FORMAT", "xml", "text, json"},
        {"LOG_PII", "yes", "0, 1"},
    };
    for (const auto& [variable, value, must_be] : cases) {
        const auto faults = faults_of(from_environment(with({{variable, value}})));
        ASSERT_THAT(faults, testing::SizeIs(1)) << variable << "=" << value;
        EXPECT_THAT(faults[0], testing::StartsWith(variable + " is " + value + "; must be "));
        EXPECT_THAT(faults[0], HasSubstr(must_be));
    }
}

TEST(Settings, each_listed_invalid_number_is_named) {
    const auto faults = faults_of(
        from_environment(with({{"ALLOW_NUMBERS", "12, 571-830-8515,"},
                               {"BLOCK_NUMBERS", "anonymous,571-830-8515 703-555-0123"}})));
    EXPECT_THAT(faults,
                testing::ElementsAre(
                    testing::StartsWith("ALLOW_NUMBERS contains \"12\""),
                    testing::StartsWith("ALLOW_NUMBERS contains \"\""),
                    testing::StartsWith("BLOCK_NUMBERS contains \"anonymous\""),
                    testing::StartsWith("BLOCK_NUMBERS contains \"571-830-8515 703-555-0123\"")));
    for (const auto& fault : faults) EXPECT_THAT(fault, HasSubstr("comma-separated"));
}

TEST(Settings, all_faults_are_reported_at_once) {
    const auto faults = faults_of(from_environment({{"PORT", "x"}, {"LOG_LEVEL", "loud"}}));
    EXPECT_THAT(faults, ElementsAre(testing::StartsWith("HUBSPOT_TOKEN"),
                                    testing::StartsWith("PORT"), testing::StartsWith("LOG_LEVEL")));
}

TEST(Settings, half_a_login_is_one_fault_that_names_all_three) {
    for (const Environment& half : {Environment{{"RECEPTIONIST_EMAIL", "a@b.c"}},
                                    Environment{{"RECEPTIONIST_PASSWORD", "p"}}}) {
        Environment environment = half;
        environment["HUBSPOT_TOKEN"] = "pat";
        const auto faults = faults_of(from_environment(environment));
        ASSERT_THAT(faults, testing::SizeIs(1));
        EXPECT_THAT(faults[0], HasSubstr("RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD"));
        EXPECT_THAT(faults[0], HasSubstr("RECEPTIONIST_TOKEN"));
    }
}

TEST(Settings, CallKindsAreAListOfWords) {
    auto environment = enough;
    environment["CALL_KINDS"] = "inbound, web";
    EXPECT_THAT(from_environment(environment)->kinds,
                ElementsAre(CallKind::inbound, CallKind::web));
    environment["CALL_KINDS"] = "inbound,video";
    EXPECT_THAT(faults_of(from_environment(environment)),
                ElementsAre(HasSubstr("CALL_KINDS is inbound,video; must be a list of inbound, "
                                      "outbound, web")));
}

TEST(Settings, a_database_address_is_never_shown) {
    for (const std::string url :
         {"postgresql://user:hunter2@db/ringbridge", "postgres://user:hunter2@db/ringbridge",
          "postgresql://user:@hunter2@db/ringbridge?sslmode=require",
          "postgresql://user:a?hunter2@db/ringbridge",
          "postgresql://db/ringbridge?user=user&password=hunter2"}) {
        const auto settings = from_environment(with({{"DATABASE_URL", url}}));
        ASSERT_TRUE(settings) << url;
        EXPECT_EQ(settings->database_path, "postgresql://db/ringbridge");
        EXPECT_EQ(settings->database_url.reveal(), url);
    }
    EXPECT_THAT(faults_of(from_environment(with({{"DATABASE_URL", "mysql://u:hunter2@db"}}))),
                ElementsAre(Not(HasSubstr("hunter2"))));
    EXPECT_THAT(faults_of(from_environment(with({{"DATABASE_URL", "sqlite:"}}))),
                testing::SizeIs(1));
}

TEST(Settings, an_address_with_a_password_is_refused_without_showing_it) {
    EXPECT_THAT(
        faults_of(from_environment(with({{"HUBSPOT_BASE_URL", "https://u:hunter2@hub.test"}}))),
        ElementsAre(Not(HasSubstr("hunter2"))));
}

TEST(Settings, a_secret_can_come_from_a_file_without_its_line_break) {
    const auto settings =
        from_environment({{"RECEPTIONIST_TOKEN", "jwt"}, {"HUBSPOT_TOKEN_FILE", "/run/secret"}});
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_EQ(settings->hubspot_token.reveal(), "from-file");
}

TEST(Settings, a_secret_file_that_cannot_be_read_is_one_fault) {
    EXPECT_THAT(faults_of(from_environment(
                    {{"RECEPTIONIST_TOKEN", "jwt"}, {"HUBSPOT_TOKEN_FILE", "/nowhere"}})),
                ElementsAre("HUBSPOT_TOKEN_FILE is /nowhere, which cannot be read: No such file "
                            "or directory"));
}

TEST(Settings, a_secret_given_twice_is_a_fault) {
    EXPECT_THAT(faults_of(from_environment(with({{"HUBSPOT_TOKEN_FILE", "/run/secret"}}))),
                ElementsAre(HasSubstr("given twice")));
}

TEST(Settings, an_admin_token_that_could_be_guessed_is_refused_without_showing_it) {
    const auto faults = faults_of(from_environment(with({{"ADMIN_TOKEN", "fifteen-of-them"}})));
    EXPECT_THAT(faults, ElementsAre("ADMIN_TOKEN must have 16 characters or more; make one with: "
                                    "openssl rand -hex 32"));
}

TEST(Settings, allowed_hosts_are_names_only) {
    for (const auto* wrong : {"https://bridge.lan", "bridge.lan:8080", "a,,b", "bridge lan"}) {
        EXPECT_THAT(faults_of(from_environment(with({{"ALLOWED_HOSTS", wrong}}))),
                    ElementsAre(HasSubstr("names without scheme and port")))
            << wrong;
    }
}

TEST(Settings, a_secret_with_a_line_break_is_refused_without_showing_it) {
    const auto faults = faults_of(from_environment(with({{"ADMIN_TOKEN", "hunter2\nand-more"}})));
    EXPECT_THAT(faults, ElementsAre(testing::StartsWith("ADMIN_TOKEN contains a space")));
    EXPECT_THAT(faults[0], Not(HasSubstr("hunter2")));
}

TEST(Settings, a_token_key_is_64_hex_digits_and_is_never_shown) {
    const std::string key = "0123456789abcdefABCDEF" + std::string(42, '0');
    EXPECT_EQ(from_environment(with({{"TOKEN_KEY", key}}))->token_key.reveal(), key);
    EXPECT_TRUE(from_environment(enough)->token_key.empty());
    for (const auto& wrong : {key + "0", key.substr(1), key.substr(1) + "g", key.substr(1) + " "}) {
        const auto faults = faults_of(from_environment(with({{"TOKEN_KEY", wrong}})));
        EXPECT_THAT(faults, ElementsAre(HasSubstr("openssl rand -hex 32")));
        EXPECT_THAT(faults[0], Not(HasSubstr("abcdef")));
    }
}

TEST(SettingsFile, the_environment_wins_over_it) {
    const auto settings = only_one_of(
        read_settings(with({{"PORT", "1"}}),
                      "port: 2\nhost: 127.0.0.1\nhubspot_token_file: /nowhere\n", secret_file));
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_EQ(settings->port, 1);
    EXPECT_EQ(settings->host, "127.0.0.1");
    EXPECT_EQ(settings->hubspot_token.reveal(), "pat");
}

TEST(SettingsFile, alone_it_is_enough) {
    const auto settings = only_one_of(read_settings(
        {}, "receptionist_token: jwt\nhubspot_token_file: /run/secret\nsync_interval: 0\n",
        secret_file));
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_EQ(settings->hubspot_token.reveal(), "from-file");
    EXPECT_EQ(settings->sync_interval, Milliseconds{0});
}

TEST(SettingsFile, maps_form_questions_to_properties) {
    const auto settings = from_file(
        "form_properties:\n"
        "  - {question: \"Service address?\", property: goodcall_service_address}\n");
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_THAT(settings->form_properties,
                ElementsAre(FormProperty{"Service address?", "goodcall_service_address"}));
}

TEST(SettingsFile, says_what_an_answer_does_to_an_existing_value) {
    const auto settings = from_file(
        "form_properties:\n"
        "  - {question: A, property: a, mode: fill}\n"
        "  - {question: B, property: b, mode: overwrite}\n"
        "  - {question: C, property: c, mode: append}\n"
        "  - {question: D, property: d, mode: }\n");
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_THAT(
        settings->form_properties,
        ElementsAre(FormProperty{"A", "a", AnswerMode::fill},
                    FormProperty{"B", "b", AnswerMode::overwrite},
                    FormProperty{"C", "c", AnswerMode::append}, FormProperty{"D", "d", {}}));
}

TEST(SettingsFile, empty_is_not_a_fault) {
    EXPECT_TRUE(from_file(""));
    EXPECT_TRUE(from_file("# nothing yet\n"));
    EXPECT_TRUE(from_file("port:\nform_properties:\n"));
}

TEST(SettingsFile, each_mistake_is_reported_with_its_place) {
    struct Case {
        std::string yaml, variable, message;
    };
    const std::vector<Case> cases{
        {"hubspot_tokn: x", "hubspot_tokn", "did you mean hubspot_token?"},
        {"PORT: 1", "PORT", "is not a setting"},
        {"colour: red", "colour", "is not a setting that this version knows"},
        {"port: [1, 2]", "port", "a single value"},
        {"port: 1\nport: 2", "port", "twice"},
        {"- port", "--config", "must be a mapping"},
        {"port: 1\nhost: {", "--config", "line 2"},
        {"form_properties: x", "form_properties", "a list"},
        {"form_properties: [x]", "form_properties[0]", "{question"},
        {"form_properties: [{question: Q}]", "form_properties[0].property", "missing"},
        {"form_properties: [{property: p}]", "form_properties[0].question", "missing"},
        {"form_properties: [{question: Q, property: Bad Name}]", "form_properties[0].property",
         "is Bad Name"},
        {"form_properties: [{question: Q, property: p, propery: p}]", "form_properties[0].propery",
         "did you mean property?"},
        {"form_properties: [{question: Q, property: p}, {question: Q, property: r}]",
         "form_properties[1].question", "already"},
        {"form_properties: [{question: Q, property: p, mode: add}]", "form_properties[0].mode",
         "fill, overwrite or append"},
        {"form_properties: [{question: Q, property: p, mode: append}, {question: R, property: p}]",
         "form_properties[0].property", "twice"},
    };
    for (const auto& [yaml, variable, message] : cases) {
        const auto outcome = from_file(yaml);
        ASSERT_FALSE(outcome) << yaml;
        ASSERT_THAT(outcome.error(), testing::SizeIs(1))
            << testing::PrintToString(faults_of(outcome));
        EXPECT_EQ(outcome.error()[0].variable, variable) << yaml;
        EXPECT_THAT(outcome.error()[0].message, HasSubstr(message)) << yaml;
    }
}

TEST(Settings, a_webhooks_secret_is_enough_and_may_be_several) {
    const auto settings =
        from_environment({{"HUBSPOT_TOKEN", "pat"}, {"WEBHOOK_SECRET", "old, new\n third"}});
    ASSERT_TRUE(settings) << testing::PrintToString(faults_of(settings));
    EXPECT_THAT(settings->webhook_secrets,
                ElementsAre(Secret{"old"}, Secret{"new"}, Secret{"third"}));
    EXPECT_EQ(settings->sync_interval, std::chrono::minutes{5});
}

TEST(Settings, with_webhooks_the_list_is_read_less_often_unless_set_otherwise) {
    const auto interval = [](const Environment& more) {
        return from_environment(with(more)).value().sync_interval;
    };
    EXPECT_EQ(interval({{"WEBHOOK_SECRET", "shared"}}), std::chrono::minutes{15});
    EXPECT_EQ(interval({{"WEBHOOK_SECRET", "shared"}, {"SYNC_INTERVAL", "1m"}}),
              std::chrono::minutes{1});
}

}  // namespace
}  // namespace ringbridge::runtime

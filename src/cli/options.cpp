#include "cli/options.hpp"

#include "cli/exit_status.hpp"

#include <CLI/CLI.hpp>

#include <sstream>

namespace ringbridge::cli {
namespace {

constexpr const char* about =
    "ringbridge carries calls from an AI receptionist into HubSpot: one Call activity a call, on "
    "the right contact.";
constexpr const char* footer =
    "Settings come from the environment (HUBSPOT_TOKEN, RECEPTIONIST_EMAIL, …) or from --config "
    "FILE.\nExit status: 0 done, 1 some calls failed and will be retried, 2 wrong usage or "
    "settings,\n3 credentials refused, 4 another run holds the lock, 5 the other side is out of "
    "reach.\nTry it without an account: ringbridge sandbox";

class CommandLine {
  public:
    CommandLine() {
        app_.require_subcommand(1);
        app_.footer(footer);
        add(Command::serve, "serve",
            "Run the service: sync on schedule, answer HTTP on HOST:PORT.");
        auto* sync = add(Command::sync, "sync", "Sync once and exit.");
        sync->add_option("--since", options_.since,
                         "from then: 2026-04-12T15:00:00Z, or a span back (36h, 7d)");
        sync->add_option("--until", options_.until, "until then; now if not given");
        sync->add_flag("--replace-activities", options_.replace_activities,
                       "bring activities that are in HubSpot already up to date");
        sync->add_flag("--dry-run", options_.dry_run, "read and count, change nothing");
        sync->footer(
            "Examples:\n  ringbridge sync --since 7d\n  ringbridge sync --since 36h "
            "--dry-run --json");
        add(Command::setup_properties, "setup-properties",
            "Create the contact properties in HubSpot. Safe to repeat.");
        auto* probe = add(Command::probe, "probe",
                          "Look at both sides and tell what works, what does not, and what to do. "
                          "Writes nothing.");
        probe->footer("Examples:\n  ringbridge probe\n  ringbridge probe --json");
        add_token();
        add_calls();
        add_config();
        add(Command::sandbox, "sandbox",
            "Try it: a simulated receptionist and a simulated HubSpot, the bridge between them.");
        add(Command::version, "version", "Print the version.");
    }

    std::expected<Options, Printed> parse(int argc, const char* const* argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            std::ostringstream out, wrong;
            const int code = app_.exit(error, out, wrong);
            return std::unexpected{
                Printed{out.str() + wrong.str(), code == 0 ? done : wrong_usage}};
        }
        return options_;
    }

  private:
    void add_token() {
        auto* token = app_.add_subcommand("token", "See and renew the receptionist's login.");
        token->require_subcommand(1);
        add(Command::token_status, "status", "Tell how the login stands; asks nobody.", token);
        auto* refresh = add(Command::token_refresh, "refresh",
                            "Log in anew now, although the token may still be good.", token);
        refresh->add_flag("--force", options_.force,
                          "also within the hour after a login that failed");
        token->footer("Examples:\n  ringbridge token status\n  ringbridge token refresh --force");
    }

    void add_config() {
        auto* config = app_.add_subcommand("config", "See the settings without starting anything.");
        config->require_subcommand(1);
        add(Command::config_check, "check",
            "Tell every fault of the settings and of the profile, or what holds and where it came "
            "from.",
            config);
        add(Command::config_example, "example", "Print a settings file that explains itself.",
            config);
        config->footer(
            "Examples:\n  ringbridge config example > ringbridge.yaml\n  ringbridge config check "
            "--config ringbridge.yaml");
    }

    void add_calls() {
        auto& given = options_.calls;
        auto* calls = app_.add_subcommand("calls", "What became of the calls, and what to do.");
        calls->require_subcommand(1);
        calls->footer("Example:\n  ringbridge calls list --state parked");
        auto* list = add(Command::calls_list, "list", "List calls, newest first.", calls);
        list->add_option("--state", given.state, "synced, pending, parked, failed or dismissed");
        list->add_option("--query", given.query, "part of an id, a name or a number");
        list->add_option("--limit", given.limit, "how many, from 1 to 500; 50 if not given");
        list->add_option("--cursor", given.cursor, "where an earlier list left off");
        const auto add_one = [&](Command command, const char* name, const char* what) {
            auto* subcommand = add(command, name, what, calls);
            subcommand->add_option("id", given.id, "the call's id")->required();
            return subcommand;
        };
        add_one(Command::calls_show, "show", "Show one call.");
        add_one(Command::calls_retry, "retry",
                "Try a parked, waiting or dismissed call at the next run.");
        add_one(Command::calls_dismiss, "dismiss",
                "Leave a call alone, whatever its record says later. `retry` brings it back.")
            ->add_option("--reason", given.reason, "why, for whoever asks later");
        auto* assign = add_one(Command::calls_assign, "assign",
                               "Give a call the caller's number; it is tried at the next run.");
        assign->add_option("number", given.number, "in any format")->required();
        assign->footer("Example:\n  ringbridge calls assign c_918 '(571) 830-8515'");
    }

    CLI::App* add(Command command, const char* name, const char* what, CLI::App* parent = nullptr) {
        auto* subcommand = (parent ? parent : &app_)->add_subcommand(name, what);
        subcommand->add_option("--config", options_.config, "settings file (YAML)");
        subcommand->add_flag("--json", options_.json, "machine-readable output on stdout");
        subcommand->callback([this, command] { options_.command = command; });
        return subcommand;
    }

    Options options_;
    CLI::App app_{about, "ringbridge"};
};

}  // namespace

std::expected<Options, Printed> read_options(int argc, const char* const* argv) {
    return CommandLine{}.parse(argc, argv);
}

}  // namespace ringbridge::cli

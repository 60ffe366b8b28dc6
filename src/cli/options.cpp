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
    CLI::App* add(Command command, const char* name, const char* what) {
        auto* subcommand = app_.add_subcommand(name, what);
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

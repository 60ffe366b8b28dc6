#include "cli/options.hpp"

#include "cli/exit_status.hpp"
#include "cli/manual.hpp"
#include "sim/vendor/vendor.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <sstream>
#include <vector>

namespace ringbridge::cli {
namespace {

constexpr const char* about =
    "ringbridge carries calls from an AI receptionist into HubSpot: one Call activity per call, on "
    "the right contact.";

std::string footer() {
    std::string statuses;
    for (const auto& [status, meaning] : exit_statuses) {
        statuses += fmt::format("  {}  {}\n", static_cast<int>(status), meaning);
    }
    return "Settings come from the environment (HUBSPOT_TOKEN, RECEPTIONIST_EMAIL, …) or from "
           "--config FILE.\nExit status:\n" +
           statuses +
           "Examples:\n  ringbridge sandbox           try it without an account\n"
           "  ringbridge config example    print a settings file to start from\n"
           "  ringbridge probe             what works, what does not, and what to do";
}

bool is_about_one_bridge(Command command) {
    switch (command) {
        case Command::serve:
        case Command::config_check:
        case Command::config_example:
        case Command::learn:
        case Command::ledger_copy:
        case Command::sandbox:
        case Command::version:
            return false;
        default:
            return true;
    }
}

class CommandLine {
  public:
    CommandLine() {
        app_.require_subcommand(1);
        app_.footer(footer());
        add(Command::serve, "serve", "Run the service: sync on schedule, answer HTTP on HOST:PORT.",
            {"--config ringbridge.yaml"});
        add_sync();
        add_dedup();
        add(Command::setup_properties, "setup-properties",
            "Create the contact properties in HubSpot. Safe to repeat.", {""});
        add(Command::probe, "probe",
            "Check both sides and report what works, what does not, and what to do. "
            "Writes nothing.",
            {"", "--json"});
        add_token();
        add_calls();
        add_learn();
        add_ledger();
        add_config();
        add_sandbox();
        add(Command::version, "version", "Print the version.", {"--json"});
        add_manual();
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
        if (!shell_.empty()) return std::unexpected{Printed{completion_script(app_, shell_), done}};
        if (wants_man_page_) return std::unexpected{Printed{man_page(app_), done}};
        return options_;
    }

  private:
    void add_sync() {
        auto* sync = add(Command::sync, "sync", "Sync once and exit.",
                         {"--since 7d", "--since 36h --dry-run --json",
                          "--config ringbridge.yaml --bridge north"});
        sync->add_option("--since", options_.since,
                         "calls from this time on: 2026-04-12T15:00:00Z, or a span back (36h, 7d)");
        sync->add_option("--until", options_.until, "calls up to this time; now if not given");
        sync->add_flag("--replace-activities", options_.replace_activities,
                       "update activities that are already in HubSpot");
        sync->add_flag("--dry-run", options_.dry_run, "read and count, change nothing");
    }

    void add_dedup() {
        auto* dedup = add(Command::dedup, "dedup",
                          "Merge contacts that share a number and are one person into the oldest. "
                          "HubSpot cannot undo it: look at the plan first.",
                          {"--dry-run", "--dry-run --json >plan.json", "--approve plan.json", ""});
        auto* dry_run =
            dedup->add_flag("--dry-run", options_.dry_run, "read and show, change nothing");
        dedup->add_flag("--csv", options_.csv, "print the plan as CSV, for a spreadsheet")
            ->needs(dry_run);
        dedup
            ->add_option("--approve", options_.approved,
                         "merge as this plan says: the edited output of --dry-run --json; "
                         "\"approve\": true in a held group merges it anyway")
            ->excludes(dry_run);
        add(Command::dedup_undo_data, "undo-data",
            "Print, as JSON, what a contact held before it was merged away.", {"40318"}, dedup)
            ->add_option("id", options_.contact_id, "the contact's former id")
            ->required();
    }

    void add_sandbox() {
        std::vector<std::string> platforms{"goodcall"};
        for (const auto& vendor : sim::vendor_names) platforms.emplace_back(vendor.word);
        add(Command::sandbox, "sandbox",
            "Try it: a simulated receptionist and HubSpot, with the bridge between them.",
            {"", "--platform vapi"})
            ->add_option("--platform", options_.platform,
                         "whose calls: goodcall, or a platform with a public API")
            ->check(CLI::IsMember(platforms));
    }

    void add_token() {
        auto* token = add_group("token", "Show or renew the receptionist's login.");
        add(Command::token_status, "status", "Show the login's state; sends no request.", {""},
            token);
        add(Command::token_refresh, "refresh",
            "Log in again now, even if the token is still valid.", {"", "--force"}, token)
            ->add_flag("--force", options_.force, "also within the hour after a failed login");
    }

    void add_calls() {
        auto& given = options_.calls;
        auto* calls = add_group("calls", "What became of the calls, and what to do about them.");
        auto* list = add(Command::calls_list, "list", "List calls, newest first.",
                         {"--state parked", "--query 5718308515 --json"}, calls);
        list->add_option("--state", given.state, "synced, pending, parked, failed or dismissed");
        list->add_option("--query", given.query, "part of an id, a name or a number");
        list->add_option("--limit", given.limit, "how many, from 1 to 500; 50 if not given");
        list->add_option("--cursor", given.cursor, "where an earlier list ended");
        const auto add_one = [&](Command command, const char* name, const char* what,
                                 const char* example) {
            auto* subcommand = add(command, name, what, {example}, calls);
            subcommand->add_option("id", given.id, "the call's id")->required();
            return subcommand;
        };
        add_one(Command::calls_show, "show", "Show one call.", "c_918");
        add_one(Command::calls_retry, "retry",
                "Try a parked, waiting or dismissed call at the next run.", "c_918");
        add_one(Command::calls_dismiss, "dismiss",
                "Leave a call out, whatever its record says later. `retry` brings it back.",
                "c_918 --reason 'wrong number'")
            ->add_option("--reason", given.reason, "why, for later reference");
        add_one(Command::calls_assign, "assign",
                "Give a call the caller's number; it is tried at the next run.",
                "c_918 '(571) 830-8515'")
            ->add_option("number", given.number, "in any format")
            ->required();
        add(Command::calls_forget, "forget",
            "Delete what the ledger holds about a caller who asks for it: what the calls said, and "
            "which contact the number belongs to. HubSpot is not changed.",
            {"'(571) 830-8515'"}, calls)
            ->add_option("number", given.number, "the caller's number, in any format")
            ->required();
    }

    void add_learn() {
        auto& given = options_.learn;
        auto* learn = add(
            Command::learn, "learn",
            "Write a receptionist's profile from what a browser recorded of its site (HAR, with "
            "sensitive data). The recording is only read; no password, name or number in it gets "
            "into the profile.",
            {"acme.har --output acme.yaml", "acme.har --name acme-west --json",
             "acme.har --output acme.yaml --try"});
        learn->add_option("recording", given.recording, "the HAR file")->required();
        learn->add_option("--output", given.output,
                          "write the profile to this file, not to stdout");
        learn->add_option("--name", given.name,
                          "the profile's name; by the site's address if not given");
        learn->add_flag("--try", given.tries,
                        "log in with RECEPTIONIST_EMAIL and RECEPTIONIST_PASSWORD (or "
                        "RECEPTIONIST_TOKEN), read a page, and show how each field mapped");
    }

    void add_ledger() {
        auto* ledger = add_group("ledger", "The database that the bridges' state is in.");
        auto* copy =
            add(Command::ledger_copy, "copy",
                "Copy a ledger into another, new database, and compare the two. Nothing "
                "may use either meanwhile. If it was broken off, run it again.",
                {"--from sqlite:ringbridge.db --to postgresql://ringbridge@db/ringbridge"}, ledger);
        copy->add_option("--from", options_.copy.from, "sqlite:PATH or postgresql://…")->required();
        copy->add_option("--to", options_.copy.to, "the same; its password: DATABASE_PASSWORD")
            ->required();
    }

    void add_config() {
        auto* config = add_group("config", "Check the settings without starting anything.");
        add(Command::config_check, "check",
            "Report every error in the settings and the profile, or show the settings in force and "
            "their sources.",
            {"--config ringbridge.yaml"}, config);
        add(Command::config_example, "example", "Print a settings file with explanations.",
            {"> ringbridge.yaml"}, config);
    }

    void add_manual() {
        auto* completion = app_.add_subcommand("completion", "Print a shell completion script.");
        completion->add_option("shell", shell_, "bash, zsh or fish")
            ->required()
            ->check(CLI::IsMember({"bash", "zsh", "fish"}));
        completion->footer("Example:\n  source <(ringbridge completion bash)");
        auto* man = app_.add_subcommand("man", "Print the manual page.");
        man->callback([this] { wants_man_page_ = true; });
        man->footer("Example:\n  ringbridge man | man -l -");
    }

    CLI::App* add_group(const char* name, const char* what) {
        auto* group = app_.add_subcommand(name, what);
        group->require_subcommand(1);
        return group;
    }

    // `examples`: what may follow the command.
    CLI::App* add(Command command, const std::string& name, const char* what,
                  const std::vector<std::string>& examples, CLI::App* group = nullptr) {
        auto* subcommand = (group ? group : &app_)->add_subcommand(name, what);
        subcommand->add_option("--config", options_.config, "settings file (YAML)");
        if (is_about_one_bridge(command)) {
            subcommand->add_option("--bridge", options_.bridge,
                                   "which bridge, if the settings file has several");
        }
        subcommand->add_flag("--json", options_.json, "machine-readable output on stdout");
        subcommand->callback([this, command, subcommand] {
            if (subcommand->get_subcommands().empty()) options_.command = command;
        });
        std::string text = examples.size() == 1 ? "Example:" : "Examples:";
        for (const auto& example : examples) {
            text += "\n  ringbridge " + (group ? group->get_name() + ' ' : "") + name +
                    (example.empty() ? "" : ' ' + example);
        }
        subcommand->footer(text);
        return subcommand;
    }

    Options options_;
    std::string shell_;  ///< to print completion for
    bool wants_man_page_ = false;
    CLI::App app_{about, "ringbridge"};
};

}  // namespace

std::expected<Options, Printed> read_options(int argc, const char* const* argv) {
    return CommandLine{}.parse(argc, argv);
}

}  // namespace ringbridge::cli

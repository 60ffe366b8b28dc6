// The parsed command line.
#pragma once

#include <expected>
#include <optional>
#include <string>

namespace ringbridge::cli {

enum class Command {
    serve,
    sync,
    dedup,
    dedup_undo_data,
    setup_properties,
    probe,
    config_check,
    config_example,
    token_status,
    token_refresh,
    sandbox,
    version,
    calls_list,
    calls_show,
    calls_retry,
    calls_dismiss,
    calls_assign,
    calls_forget,
    learn,
    ledger_copy
};

/// The arguments of the `calls` commands, as written; empty: not given.
struct CallsOptions {
    std::string id, number, reason;
    std::string state, query, limit, cursor;
};

/// The arguments of `learn`, as written; empty: not given.
struct LearnOptions {
    std::string recording, output, name;
    bool tries = false;  ///< logs in with the profile, and reads a page
};

/// The arguments of `ledger copy`: database addresses.
struct CopyOptions {
    std::string from, to;
};

struct Options {
    Command command = Command::version;
    std::optional<std::string> config;  ///< path of the settings file
    std::string bridge;                 ///< which of several; empty: not given
    bool json = false;
    std::string since, until;  ///< as written; empty: not given
    bool replace_activities = false;
    bool dry_run = false;
    bool csv = false;        ///< of `dedup --dry-run`
    std::string approved;    ///< path of an edited plan, of `dedup`; empty: not given
    bool force = false;      ///< of `token refresh`
    std::string contact_id;  ///< of `dedup undo-data`
    CallsOptions calls;
    LearnOptions learn;
    std::string platform;  ///< of `sandbox`; empty: GoodCall
    CopyOptions copy;
};

/// What to print instead of running, and the exit status: help, or a usage error.
struct Printed {
    std::string text;
    int status = 0;
};

/// An argument that may be left out; empty counts as not given.
inline std::optional<std::string> given(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional{text};
}

std::expected<Options, Printed> read_options(int argc, const char* const* argv);

}  // namespace ringbridge::cli

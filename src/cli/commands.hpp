// What each command does, from settings to exit status.
#pragma once

#include "cli/options.hpp"
#include "receptionist/profile.hpp"
#include "runtime/settings.hpp"

namespace ringbridge::cli {

int serve(const runtime::Settings& settings, receptionist::Profile profile);
int sync(const Options& options, const runtime::Settings& settings, receptionist::Profile profile);
int setup_properties(const Options& options, const runtime::Settings& settings,
                     receptionist::Profile profile);
/// `calls list`, `show`, `retry`, `dismiss` and `assign`: on the ledger, beside whoever else uses
/// it.
int calls(const Options& options, const runtime::Settings& settings, receptionist::Profile profile);

int token_status(const Options& options, const runtime::Settings& settings,
                 receptionist::Profile profile);
int token_refresh(const Options& options, const runtime::Settings& settings,
                  receptionist::Profile profile);

int probe(const Options& options, const runtime::Settings& settings, receptionist::Profile profile);

/// Needs no settings; takes HUBSPOT_TOKEN, SYNC_INTERVAL, PORT and LOG_LEVEL where they are given.
int sandbox(const Options& options);

}  // namespace ringbridge::cli

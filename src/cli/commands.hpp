// What each command does, from settings to exit status.
#pragma once

#include "cli/engine.hpp"
#include "cli/options.hpp"

namespace ringbridge::cli {

/// All bridges that there are.
int serve(std::vector<Plan> plans);

// The others are about one bridge.

int sync(const Options& options, Plan plan);
int setup_properties(const Options& options, Plan plan);
/// `calls list`, `show`, `retry`, `dismiss` and `assign`: on the ledger, beside whoever else uses
/// it.
int calls(const Options& options, Plan plan);
int token_status(const Options& options, Plan plan);
int token_refresh(const Options& options, Plan plan);
int probe(const Options& options, Plan plan);
int dedup(const Options& options, Plan plan);
int dedup_undo_data(const Options& options, Plan plan);

/// Needs no settings; takes HUBSPOT_TOKEN, SYNC_INTERVAL, PORT and LOG_LEVEL where they are given.
int sandbox(const Options& options);

}  // namespace ringbridge::cli

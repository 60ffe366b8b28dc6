// What each command does, from settings to exit status.
#pragma once

#include "cli/engine.hpp"
#include "cli/options.hpp"

namespace ringbridge::cli {

/// All bridges that there are.
int serve(std::vector<BridgeConfig> configs);

// The others are about one bridge.

int sync(const Options& options, BridgeConfig config);
int setup_properties(const Options& options, BridgeConfig config);
/// `calls list`, `show`, `retry`, `dismiss` and `assign`: on the ledger, beside whoever else uses
/// it.
int calls(const Options& options, BridgeConfig config);
int token_status(const Options& options, BridgeConfig config);
int token_refresh(const Options& options, BridgeConfig config);
int probe(const Options& options, BridgeConfig config);
int dedup(const Options& options, BridgeConfig config);
int dedup_undo_data(const Options& options, BridgeConfig config);

/// Needs no settings; takes HUBSPOT_TOKEN, SYNC_INTERVAL, PORT and LOG_LEVEL where they are given.
int sandbox(const Options& options);

}  // namespace ringbridge::cli

// What each command does, from settings to exit status.
#pragma once

#include "cli/engine.hpp"
#include "cli/options.hpp"

namespace ringbridge::cli {

/// Serves all bridges.
int serve(std::vector<BridgeConfig> configs);

// The others concern one bridge.

int sync(const Options& options, BridgeConfig config);
int setup_properties(const Options& options, BridgeConfig config);
/// `calls list`, `show`, `retry`, `dismiss` and `assign`: on the ledger, also while a service uses
/// it.
int calls(const Options& options, BridgeConfig config);
int token_status(const Options& options, BridgeConfig config);
int token_refresh(const Options& options, BridgeConfig config);
int probe(const Options& options, BridgeConfig config);
int dedup(const Options& options, BridgeConfig config);
int dedup_undo_data(const Options& options, BridgeConfig config);

/// Needs no settings; honours HUBSPOT_TOKEN, SYNC_INTERVAL, PORT and LOG_LEVEL if given.
int sandbox(const Options& options);

/// Needs no settings either: a recording becomes a profile.
int learn(const Options& options);

/// Nor does a copy of a ledger: only DATABASE_PASSWORD.
int ledger_copy(const Options& options);

}  // namespace ringbridge::cli

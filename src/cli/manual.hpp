// The command line described for other programs, by a walk over its commands and options: shells
// that complete words, and man.
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace ringbridge::cli {

/// A script for the shell to read; `shell` is bash, zsh or fish.
std::string completion_script(const CLI::App& app, const std::string& shell);

/// ringbridge(1), in man's own language.
std::string man_page(const CLI::App& app);

}  // namespace ringbridge::cli

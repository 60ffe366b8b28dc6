// Shell completion and the manual page, generated from the commands and options.
#pragma once

#include <CLI/App.hpp>

#include <string>

namespace ringbridge::cli {

/// A completion script; `shell` is bash, zsh or fish.
std::string completion_script(const CLI::App& app, const std::string& shell);

/// ringbridge(1), in roff.
std::string man_page(const CLI::App& app);

}  // namespace ringbridge::cli

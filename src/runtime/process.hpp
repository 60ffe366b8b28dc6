// What the operating system tells a process: its environment, its terminal, and the files it may
// read.
#pragma once

#include <expected>
#include <functional>
#include <map>
#include <string>

namespace ringbridge::runtime {

using Environment = std::map<std::string, std::string>;

/// The whole text of the file, or a clause that says why not.
using FileReader = std::function<std::expected<std::string, std::string>(const std::string& path)>;

Environment process_environment();

/// A crash writes no core file: secrets would stand in it.
void leave_no_core_file();

/// Whether somebody reads along.
bool stderr_is_terminal();

/// Whether every user of this machine may read the file.
bool is_readable_by_all(const std::string& path);

/// The real `FileReader`.
std::expected<std::string, std::string> read_file(const std::string& path);

}  // namespace ringbridge::runtime

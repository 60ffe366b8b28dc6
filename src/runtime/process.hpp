// A process's access to the operating system: its environment, its terminal, files to read.
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

/// Of this machine, as it calls itself.
std::string host_name();

/// A crash writes no core file: it would contain secrets.
void leave_no_core_file();

/// Whether a person may be watching.
bool stderr_is_terminal();

/// Whether every user of this machine may read the file.
bool is_readable_by_all(const std::string& path);

/// The real `FileReader`.
std::expected<std::string, std::string> read_file(const std::string& path);

/// Replaces the file's text; or a clause that says why not.
std::expected<void, std::string> write_file(const std::string& path, const std::string& text);

}  // namespace ringbridge::runtime

#include "runtime/log_lines.hpp"

#include <fmt/format.h>

namespace ringbridge::runtime {
namespace {

bool is_control(char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; }

bool is_plain(std::string_view value) {
    if (value.empty()) return false;
    for (const char c : value) {
        if (is_control(c) || c == ' ' || c == '"' || c == '=' || c == '\\') return false;
    }
    return true;
}

void append_quoted(std::string& line, std::string_view value) {
    line += '"';
    for (const char c : value) {
        if (c == '\n') {
            line += "\\n";
        } else if (is_control(c)) {
            line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        } else {
            if (c == '"' || c == '\\') line += '\\';
            line += c;
        }
    }
    line += '"';
}

}  // namespace

std::string text_line(UtcTime time, Level level, std::string_view event, const Fields& fields) {
    std::string line =
        fmt::format("{} {:5} {}", format_utc(time), word_of(log_level_words, level), event);
    for (const auto& [name, value] : fields) {
        line += ' ' + name + '=';
        if (is_plain(value)) {
            line += value;
        } else {
            append_quoted(line, value);
        }
    }
    return line;
}

}  // namespace ringbridge::runtime

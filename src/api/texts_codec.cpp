// The JSON of texts.hpp.
#include "api/json_codec.hpp"
#include "api/texts.hpp"

#include <algorithm>

namespace ringbridge::api {
namespace {

bool has_control_character(const std::string& text) {
    return std::ranges::any_of(text, [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; });
}

}  // namespace

std::expected<std::map<std::string, std::string>, std::string> decode_texts(
    const std::string& body, const std::vector<std::string>& known) {
    const auto object = json::parse(body, nullptr, false);
    if (!object.is_object()) return std::unexpected{"the body must be a JSON object"};
    std::map<std::string, std::string> texts;
    for (const auto& [name, value] : object.items()) {
        if (std::ranges::find(known, name) == known.end()) {
            return std::unexpected{"unknown member " + name};
        }
        if (!value.is_string()) return std::unexpected{name + " must be a string"};
        texts[name] = value;
        if (has_control_character(texts[name])) {
            return std::unexpected{name + " has control characters"};
        }
    }
    return texts;
}

}  // namespace ringbridge::api

#include "receptionist/session_codec.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

// `${=name}` is a number if it can be one, `${?name}` always text; nothing becomes null.
json typed_value(char mark, const std::string& text) {
    if (text.empty()) return nullptr;
    const auto number = mark == '=' ? json::parse(text, nullptr, false) : json();
    return number.is_number() ? number : json(text);
}

bool is_typed(const std::string& text) {
    return text.starts_with("${=") || text.starts_with("${?");
}

void fill_strings(json& value, const Values& values) {
    if (value.is_string() && is_typed(value.get_ref<const std::string&>())) {
        auto name = value.get<std::string>();
        const char mark = name[2];
        name.erase(2, 1);
        value = typed_value(mark, fill(name, values));
    } else if (value.is_string()) {
        value = fill(value.get_ref<const std::string&>(), values);
    } else if (value.is_structured()) {
        for (auto& member : value) fill_strings(member, values);
    }
}

// RFC 4648's URL alphabet; also accepts the standard one. Stops at any other character.
std::string decode_base64url(std::string_view text) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string decoded;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto value = alphabet.find(c == '+' ? '-' : c == '/' ? '_' : c);
        if (value == std::string_view::npos) break;
        bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xFFFF;
        held += 6;
        if (held >= 8) {
            held -= 8;
            decoded += static_cast<char>(bits >> held & 0xFF);
        }
    }
    return decoded;
}

std::optional<UtcTime> moment_in(const json& claims, const char* name) {
    const auto claim = claims.find(name);
    if (claim == claims.end() || !claim->is_number()) return std::nullopt;
    const auto seconds = claim->get<double>();
    if (!(seconds > 0 && seconds < 1e11)) return std::nullopt;
    return UtcTime{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
}

}  // namespace

std::string fill_json(const std::string& json_template, const Values& values) {
    auto body = json::parse(json_template);
    fill_strings(body, values);
    return body.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<std::string> text_at(const std::string& body, const JsonPath& path) {
    const auto whole = json::parse(body, nullptr, false);
    const auto* value = find(whole, path);
    if (value == nullptr) return std::nullopt;
    if (value->is_number_integer()) return value->dump();
    if (!value->is_string() || value->get_ref<const std::string&>().empty()) return std::nullopt;
    return value->get<std::string>();
}

TokenTimes read_token_times(std::string_view token) {
    const auto first = token.find('.');
    if (first == std::string_view::npos) return {};
    const auto payload = token.substr(first + 1, token.find('.', first + 1) - first - 1);
    const auto claims = json::parse(decode_base64url(payload), nullptr, false);
    if (!claims.is_object()) return {};
    return {.issued_at = moment_in(claims, "iat"), .expires_at = moment_in(claims, "exp")};
}

}  // namespace ringbridge::receptionist

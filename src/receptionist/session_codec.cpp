#include "receptionist/session_codec.hpp"

#include "core/base64.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

/// A text that is one placeholder with marks.
struct Typed {
    std::string name;  ///< in `${}`, without marks
    bool number = false, leave_out = false;
};

std::optional<Typed> typed_in(const json& value) {
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    if (!text.starts_with("${") || !text.ends_with('}')) return std::nullopt;
    const auto marked = std::string_view{text}.substr(2);
    const auto name = without_marks(marked);
    const auto marks = marked.substr(0, marked.size() - name.size());
    if (marks.empty()) return std::nullopt;
    return Typed{"${" + std::string{name}, marks.contains('='), marks.contains('-')};
}

// A number if it is to be one and can be; nothing becomes null.
json typed_value(const Typed& typed, const Values& values) {
    const auto text = fill(typed.name, values);
    if (text.empty()) return nullptr;
    const auto number = typed.number ? json::parse(text, nullptr, false) : json();
    return number.is_number() ? number : json(text);
}

void fill_strings(json& value, const Values& values);

void fill_members(json& object, const Values& values) {
    for (auto member = object.begin(); member != object.end();) {
        const auto typed = typed_in(*member);
        if (typed && typed->leave_out && fill(typed->name, values).empty()) {
            member = object.erase(member);
        } else {
            fill_strings(*member++, values);
        }
    }
}

void fill_strings(json& value, const Values& values) {
    if (const auto typed = typed_in(value)) {
        value = typed_value(*typed, values);
    } else if (value.is_string()) {
        value = fill(value.get_ref<const std::string&>(), values);
    } else if (value.is_object()) {
        fill_members(value, values);
    } else if (value.is_array()) {
        for (auto& member : value) fill_strings(member, values);
    }
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

bool is_json_object(const std::string& text) {
    return text.starts_with('{') && text.ends_with('}') && json::accept(text);
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
    const auto claims = json::parse(decode_base64(payload), nullptr, false);
    if (!claims.is_object()) return {};
    return {.issued_at = moment_in(claims, "iat"), .expires_at = moment_in(claims, "exp")};
}

}  // namespace ringbridge::receptionist

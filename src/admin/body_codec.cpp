// The JSON of body.hpp.
#include "admin/body.hpp"
#include "admin/views.hpp"
#include "bridge/duplicate_finder.hpp"
#include "core/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace ringbridge::admin {
namespace {

using nlohmann::json;

std::unexpected<HttpResponse> bad_body(std::string what) {
    return std::unexpected{error_response(400, "bad_body", std::move(what))};
}

bool says_json(const HttpRequest& request) {
    const auto type = lower_case(header_value(request.headers, "Content-Type"));
    return trim(std::string_view{type}.substr(0, type.find(';'))) == "application/json";
}

std::unexpected<HttpResponse> not_json() {
    return std::unexpected{error_response(415, "unsupported_media_type",
                                          "send JSON, with Content-Type: application/json")};
}

bool has_control_character(const std::string& text) {
    return std::ranges::any_of(text, [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; });
}

}  // namespace

std::expected<std::map<std::string, std::string>, HttpResponse> read_texts(
    const HttpRequest& request, const std::vector<std::string>& known) {
    std::map<std::string, std::string> texts;
    if (request.body.empty()) return texts;
    if (!says_json(request)) return not_json();
    const auto body = json::parse(request.body, nullptr, false);
    if (!body.is_object()) return bad_body("the body must be a JSON object");
    for (const auto& [name, value] : body.items()) {
        if (std::ranges::find(known, name) == known.end()) {
            return bad_body("unknown member " + name);
        }
        if (!value.is_string()) return bad_body(name + " must be a string");
        texts[name] = value;
        if (has_control_character(texts[name])) return bad_body(name + " has control characters");
    }
    return texts;
}

std::expected<std::optional<std::vector<DuplicateGroup>>, HttpResponse> read_plan(
    const HttpRequest& request) {
    if (request.body.empty()) return std::nullopt;
    if (!says_json(request)) return not_json();
    if (request.body == "{}") return std::nullopt;
    auto plan = bridge::decode_plan(request.body);
    if (plan) return std::move(*plan);
    const auto& [where, why] = plan.error();
    return bad_body(where.empty() ? "the body " + why : where + ": " + why);
}

}  // namespace ringbridge::admin

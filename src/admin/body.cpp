#include "admin/body.hpp"

#include "admin/responses.hpp"
#include "api/dedup_views.hpp"
#include "api/texts.hpp"
#include "core/text.hpp"

namespace ringbridge::admin {
namespace {

std::unexpected<HttpResponse> bad_body(std::string what) {
    return std::unexpected{error_response(400, "bad_body", what)};
}

bool says_json(const HttpRequest& request) {
    const auto type = lower_case(header_value(request.headers, "Content-Type"));
    return trim(std::string_view{type}.substr(0, type.find(';'))) == "application/json";
}

std::unexpected<HttpResponse> not_json() {
    return std::unexpected{error_response(415, "unsupported_media_type",
                                          "send JSON, with Content-Type: application/json")};
}

}  // namespace

std::expected<std::map<std::string, std::string>, HttpResponse> read_texts(
    const HttpRequest& request, const std::vector<std::string>& known) {
    if (request.body.empty()) return {};
    if (!says_json(request)) return not_json();
    auto texts = api::decode_texts(request.body, known);
    if (!texts) return bad_body(texts.error());
    return std::move(*texts);
}

std::expected<std::optional<std::vector<DuplicateGroup>>, HttpResponse> read_plan(
    const HttpRequest& request) {
    if (request.body.empty()) return std::nullopt;
    if (!says_json(request)) return not_json();
    if (request.body == "{}") return std::nullopt;
    auto plan = api::decode_plan(request.body);
    if (plan) return std::move(*plan);
    const auto& [where, why] = plan.error();
    return bad_body(where.empty() ? "the body " + why : where + ": " + why);
}

}  // namespace ringbridge::admin

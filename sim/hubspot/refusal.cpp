#include "sim/hubspot/refusal.hpp"

#include "sim/hubspot/json.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::sim {
namespace {

constexpr auto scopes_page = "https://developers.hubspot.com/scopes";

Json detail_json(const Detail& detail) {
    Json json{{"message", detail.message}};
    if (!detail.code.empty()) json["code"] = detail.code;
    if (!detail.context.empty()) json["context"] = detail.context;
    return json;
}

HttpResponse page(const Refusal& refusal) {
    const auto status = std::to_string(refusal.status);
    HttpResponse response{.status = refusal.status,
                          .headers = {{"Content-Type", "text/html;charset=iso-8859-1"}},
                          .body = "<html><head><title>Error " + status +
                                  "</title></head><body><h2>HTTP ERROR " + status + "</h2><p>" +
                                  refusal.message + "</p></body></html>\n"};
    if (refusal.status == 404) response.headers.push_back({"X-HubSpot-NotFound", "true"});
    return response;
}

}  // namespace

std::string text_of(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Refusal validation_error(std::string message, std::vector<Detail> details) {
    return {.category = "VALIDATION_ERROR",
            .message = std::move(message),
            .details = std::move(details)};
}

Refusal unreadable_input(std::string why, std::size_t line, std::size_t column) {
    return {.category = {},
            .message = "Invalid input JSON on line " + std::to_string(line) + ", column " +
                       std::to_string(column) + ": " + std::move(why)};
}

Refusal invalid_values(const std::vector<Detail>& details, std::int64_t portal_id) {
    auto rows = Json::array();
    for (const auto& detail : details) {
        const auto name = detail.context.find("propertyName");
        rows.push_back({{"isValid", false},
                        {"message", detail.message},
                        {"error", detail.code},
                        {"name", name == detail.context.end() ? "" : name->second.front()},
                        {"localizedErrorMessage", detail.message},
                        {"portalId", portal_id}});
    }
    return validation_error("Property values were not valid: " + text_of(rows), details);
}

Refusal not_found(std::string message) {
    return {.status = 404, .category = "OBJECT_NOT_FOUND", .message = std::move(message)};
}

Refusal not_found_page() {
    return {.status = 404, .category = {}, .message = "Resource not found", .html = true};
}

Refusal missing_scopes(std::string scope) {
    return {.status = 403,
            .category = "MISSING_SCOPES",
            .message = std::string{"This app hasn't been granted all required scopes to make this "
                                   "call. Read more about required scopes here: "} +
                       scopes_page + ".",
            .details = {{.message = "One or more of the following scopes are required.",
                         .context = {{"requiredGranularScopes", {std::move(scope)}}}}}};
}

HttpResponse refuse(const Refusal& refusal, const std::string& correlation_id) {
    if (refusal.html) return page(refusal);
    Json body{{"status", "error"}, {"message", refusal.message}, {"correlationId", correlation_id}};
    if (!refusal.category.empty()) body["category"] = refusal.category;
    if (!refusal.sub_category.empty()) body["subCategory"] = refusal.sub_category;
    if (!refusal.context.empty()) body["context"] = refusal.context;
    for (const auto& detail : refusal.details) body["errors"].push_back(detail_json(detail));
    for (const auto& [name, value] : refusal.extra) body[name] = value;
    if (refusal.category == "MISSING_SCOPES") body["links"] = {{"scopes", scopes_page}};
    return json_response(refusal.status, text_of(body));
}

}  // namespace ringbridge::sim

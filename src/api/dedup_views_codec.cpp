// The JSON and CSV of dedup_views.hpp.
#include "api/dedup_views.hpp"
#include "api/json_codec.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::api {
namespace {

// A spreadsheet treats a leading + as a formula: quotes alone do not prevent it, a space does.
std::string csv_field(const std::string& text) {
    std::string field = text.starts_with('+') ? " " : "";
    for (const char c : text) field += c == '"' ? "\"\"" : std::string{c};
    return '"' + field + '"';
}

bool is_id(const json& value) {
    return value.is_string() && !value.get_ref<const std::string&>().empty() &&
           std::ranges::all_of(value.get_ref<const std::string&>(),
                               [](char c) { return c >= '0' && c <= '9'; });
}

bool is_list_of(const json& object, const char* name, bool (*is_one)(const json&)) {
    const auto list = object.find(name);
    return list != object.end() && list->is_array() && std::ranges::all_of(*list, is_one);
}

std::expected<DuplicateGroup, std::string> decode_group(const json& entry) {
    if (!entry.is_object() || !entry.contains("keep") || !is_id(entry["keep"])) {
        return std::unexpected{"keep must be a contact id, as a string"};
    }
    if (!is_list_of(entry, "merge", is_id)) {
        return std::unexpected{"merge must be a list of contact ids, as strings"};
    }
    if (!is_list_of(entry, "phones", [](const json& one) { return one.is_string(); })) {
        return std::unexpected{"phones must be the numbers the contacts share, as strings"};
    }
    DuplicateGroup group{.keep = ContactId{entry["keep"].get<std::string>()}};
    for (const std::string id : entry["merge"]) group.merge.emplace_back(id);
    for (const std::string phone : entry["phones"]) {
        const auto number = parse_phone(phone, "ZZ");  // only with a country code
        if (!number) return std::unexpected{"a number must have the plan's format: +1…"};
        group.shared.push_back(*number);
    }
    const auto held = entry.find("held");
    if (held != entry.end() && held->is_string()) group.held = *held;
    const auto approve = entry.find("approve");
    group.approved = approve != entry.end() && *approve == true;
    return group;
}

}  // namespace

std::string dedup_view(const bridge::DedupReport& report) {
    json plan = json::array();
    for (const auto& group : report.plan) {
        json merge = json::array();
        for (const auto& id : group.merge) merge.push_back(id.text);
        json phones = json::array();
        for (const auto& number : group.shared) phones.push_back(to_text(number));
        plan.push_back({{"keep", group.keep.text},
                        {"merge", std::move(merge)},
                        {"phones", std::move(phones)},
                        {"held", or_null(group.held)}});
    }
    json lost = json::array();
    for (const auto& loss : report.losses) {
        lost.push_back({{"keep", loss.keep.text},
                        {"merge", loss.merge.text},
                        {"property", loss.property},
                        {"value", loss.value},
                        {"kept", loss.kept}});
    }
    json errors = json::array();
    for (const auto& error : report.errors) {
        errors.push_back(
            {{"keep", error.keep.text}, {"merge", error.merge.text}, {"message", error.message}});
    }
    return dump({{"dryRun", report.dry_run},
                 {"running", report.running},
                 {"scanned", report.scanned},
                 {"groups", report.plan.size()},
                 {"held", report.held()},
                 {"duplicates", report.duplicates()},
                 {"merged", report.merged},
                 {"deferred", report.deferred},
                 {"passes", report.passes},
                 {"converged", report.converged()},
                 {"plan", std::move(plan)},
                 {"lost", std::move(lost)},
                 {"errors", std::move(errors)}});
}

std::string plan_csv(const bridge::DedupReport& report) {
    std::string text = "keep,merge,phones,held\r\n";
    for (const auto& group : report.plan) {
        std::string phones;
        for (const auto& number : group.shared) {
            phones += (phones.empty() ? "" : ", ") + to_text(number);
        }
        for (const auto& id : group.merge) {
            text += fmt::format("{},{},{},{}\r\n", group.keep.text, id.text, csv_field(phones),
                                csv_field(group.held));
        }
    }
    return text;
}

std::expected<std::vector<DuplicateGroup>, ParseError> decode_plan(const std::string& text) {
    const auto body = json::parse(text, nullptr, false);
    if (!body.is_object() || !body.contains("plan") || !body["plan"].is_array()) {
        return std::unexpected{ParseError{"", R"(is not a plan: expected JSON like {"plan":[…]})"}};
    }
    std::vector<DuplicateGroup> groups;
    for (const auto& entry : body["plan"]) {
        auto group = decode_group(entry);
        if (!group) {
            return std::unexpected{
                ParseError{fmt::format("/plan/{}", groups.size()), std::move(group.error())}};
        }
        groups.push_back(std::move(*group));
    }
    return groups;
}

}  // namespace ringbridge::api

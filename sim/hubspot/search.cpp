// CRM search. Its index lags behind the records: what is found may have changed since, and what
// exists may not be found yet. The rows it returns are current.
#include "sim/hubspot/body.hpp"
#include "sim/hubspot/filters.hpp"
#include "sim/hubspot/handlers.hpp"
#include "sim/hubspot/objects.hpp"
#include "sim/hubspot/values.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace ringbridge::sim {
namespace {

constexpr std::size_t longest_body = 3'000;
constexpr std::int64_t longest_page = 200;
constexpr std::int64_t most_results = 10'000;

struct Sort {
    const PropertyDefinition* property = nullptr;  ///< null: oldest first
    bool descending = false;
};

struct Search {
    FilterGroups groups;
    std::string query;
    Sort sort;
    Names names;
    std::int64_t limit = 10;
    std::int64_t after = 0;
};

struct Found {
    const Record* record;
    const Indexed* indexed;
};

std::expected<Sort, Refusal> read_sort(const PortalState& state, ObjectType type,
                                       const Json& body) {
    if (!body.contains("sorts") || body["sorts"].empty()) return Sort{};
    if (body["sorts"].size() > 1) {
        return std::unexpected(validation_error("A search may have at most one sort"));
    }
    const auto& json = body["sorts"].front();
    auto name = json.is_string() ? json.get<std::string>() : std::string{};
    Sort sort{.descending = name.starts_with('-')};
    if (sort.descending) name.erase(0, 1);
    if (!json.is_string()) {
        if (auto refusal = check_object(
                json, "Sort", {{"propertyName", Shape::text, true}, {"direction", Shape::text}})) {
            return std::unexpected(*refusal);
        }
        name = json["propertyName"].get<std::string>();
        const auto direction = json.value("direction", "ASCENDING");
        if (direction != "ASCENDING" && direction != "DESCENDING") {
            return std::unexpected(unreadable_input("Invalid enum constant '" + direction +
                                                    "' for class SortDirection"));
        }
        sort.descending = direction == "DESCENDING";
    }
    sort.property = state.schemas.at(type).find(name);
    if (sort.property == nullptr) {
        return std::unexpected(validation_error("Property " + name + " does not exist"));
    }
    return sort;
}

// `after` is an offset in disguise. HubSpot shows only the first 10,000 results of a search.
Check read_page(const Json& body, Search& search) {
    if (body.contains("limit")) search.limit = body["limit"].get<std::int64_t>();
    if (search.limit < 0 || search.limit > longest_page) {
        return validation_error("limit must not be greater than 200");
    }
    const auto after = body.contains("after") ? scalar_text(body["after"]) : std::string{};
    if (!after.empty() && after != "0") {
        const auto offset = record_id(after);
        if (!offset) return validation_error("after must be an integer");
        search.after = *offset;
    }
    if (search.after >= most_results || search.after + search.limit > most_results) {
        return validation_error("A search can return no more than 10000 results");
    }
    return std::nullopt;
}

std::expected<Search, Refusal> read_search(const PortalState& state, ObjectType type,
                                           const std::string& text) {
    if (text.size() > longest_body) {
        return std::unexpected(
            validation_error("The request body must not be longer than 3000 characters"));
    }
    const auto body = read_object(text, "PublicObjectSearchRequest",
                                  {{"filterGroups", Shape::array},
                                   {"sorts", Shape::array},
                                   {"query", Shape::text},
                                   {"properties", Shape::array},
                                   {"limit", Shape::integer},
                                   {"after", Shape::scalar}});
    if (!body) return std::unexpected(body.error());
    auto groups = read_filters(state, type, *body);
    if (!groups) return std::unexpected(groups.error());
    const auto sort = read_sort(state, type, *body);
    if (!sort) return std::unexpected(sort.error());
    const auto names = text_list(*body, "properties");
    if (!names) return std::unexpected(names.error());
    Search search{.groups = *std::move(groups),
                  .query = lower_case(body->value("query", "")),
                  .sort = *sort,
                  .names = read_names(type, *names)};
    if (auto refusal = read_page(*body, search)) return std::unexpected(*refusal);
    return search;
}

// Unconfirmed: how `query` splits words; here every word must occur somewhere.
bool query_matches(const std::string& query, ObjectType type, const Properties& properties) {
    static const std::vector<std::string> contact_names = {
        "firstname", "lastname",    "email",  "phone", "hs_additional_emails",
        "fax",       "mobilephone", "company"};
    static const std::vector<std::string> call_names = {"hs_call_title", "hs_body_preview"};
    const auto& names = type == ObjectType::contacts ? contact_names : call_names;
    std::istringstream words{query};
    for (std::string word; words >> word;) {
        const auto holds = [&](const std::string& name) {
            const auto found = properties.find(name);
            return found != properties.end() &&
                   lower_case(found->second).find(word) != std::string::npos;
        };
        if (std::ranges::none_of(names, holds)) return false;
    }
    return true;
}

std::vector<Found> find_all(const PortalState& state, ObjectType type, const Search& search,
                            UtcTime now) {
    std::vector<Found> found;
    for (const auto& [id, record] : state.records.all(type)) {
        const auto* indexed = Records::indexed(record, now);
        if (indexed == nullptr || !matches(search.groups, *indexed)) continue;
        if (query_matches(search.query, type, indexed->properties)) {
            found.push_back({.record = &record, .indexed = indexed});
        }
    }
    return found;
}

// Records without the property come last in either direction; ties are ordered by id.
void sort_found(std::vector<Found>& found, const Sort& sort) {
    const auto value = [&](const Found& entry) -> const std::string* {
        const auto property = entry.indexed->properties.find(sort.property->name);
        return property == entry.indexed->properties.end() ? nullptr : &property->second;
    };
    const auto older = [](const Found& a, const Found& b) {
        return std::pair{a.record->created, a.record->id} <
               std::pair{b.record->created, b.record->id};
    };
    std::ranges::sort(found, [&](const Found& a, const Found& b) {
        if (sort.property == nullptr) return older(a, b);
        const auto* x = value(a);
        const auto* y = value(b);
        if ((x == nullptr) != (y == nullptr)) return x != nullptr;
        const auto order = x == nullptr ? 0 : compare_values(*sort.property, *x, *y);
        if (order == 0) return a.record->id < b.record->id;
        return sort.descending ? order > 0 : order < 0;
    });
}

}  // namespace

Answer search_records(PortalState& state, const Ask& ask) {
    const auto type = asked_type(ask);
    if (!type) return std::unexpected(type.error());
    const auto search = read_search(state, *type, ask.body);
    if (!search) return std::unexpected(search.error());
    auto found = find_all(state, *type, *search, ask.now);
    sort_found(found, search->sort);
    const auto total = static_cast<std::int64_t>(found.size());
    const auto end = std::min(total, search->after + search->limit);
    auto results = Json::array();
    for (auto i = search->after; i < end; ++i) {
        // Unconfirmed: how a just archived record is shown; the index does not have the change yet.
        auto row = record_json(state, *found[static_cast<std::size_t>(i)].record, search->names);
        row["archived"] = false;
        row.erase("archivedAt");
        results.push_back(std::move(row));
    }
    Json body{{"total", total}, {"results", results}};
    if (end < total && search->limit > 0) {
        body["paging"]["next"]["after"] = std::to_string(end);
    }
    return json_response(200, text_of(body));
}

}  // namespace ringbridge::sim

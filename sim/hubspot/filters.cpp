#include "sim/hubspot/filters.hpp"

#include "sim/hubspot/body.hpp"
#include "sim/hubspot/values.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>

namespace ringbridge::sim {
namespace {

// HubSpot's docs disagree about these limits; the current search guide has the lowest.
constexpr std::size_t most_groups = 5;
constexpr std::size_t most_in_group = 6;
constexpr std::size_t most_filters = 18;

enum class Operands { none, one, two, many };

struct Operator {
    std::string_view name;
    Operands operands;
};
constexpr Operator operators[] = {
    {"EQ", Operands::one},
    {"NEQ", Operands::one},
    {"LT", Operands::one},
    {"LTE", Operands::one},
    {"GT", Operands::one},
    {"GTE", Operands::one},
    {"BETWEEN", Operands::two},
    {"IN", Operands::many},
    {"NOT_IN", Operands::many},
    {"HAS_PROPERTY", Operands::none},
    {"NOT_HAS_PROPERTY", Operands::none},
    {"CONTAINS_TOKEN", Operands::one},
    {"NOT_CONTAINS_TOKEN", Operands::one},
};

bool numeric(const PropertyDefinition& property) {
    return property.type == "number" || property.type == "datetime" || property.type == "date";
}

std::optional<double> number_of(const PropertyDefinition& property, const std::string& text) {
    if (property.type == "number") {
        double number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
        return number;
    }
    const auto moment = moment_of(property.type == "date" && text.size() == 10 && text[4] == '-'
                                      ? text + "T00:00:00Z"
                                      : text);
    if (!moment) return std::nullopt;
    return static_cast<double>(to_unix_ms(*moment));
}

// A token is letters and digits, where non-ASCII bytes count as letters; `*` is a wildcard.
std::vector<std::string> tokens_of(const std::string& text) {
    std::vector<std::string> tokens(1);
    for (const char c : lower_case(text)) {
        const bool part = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '*' ||
                          static_cast<unsigned char>(c) >= 0x80U;
        if (part) {
            tokens.back() += c;
        } else if (!tokens.back().empty()) {
            tokens.emplace_back();
        }
    }
    if (tokens.back().empty()) tokens.pop_back();
    return tokens;
}

bool glob(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() == '*') {
        return glob(pattern.substr(1), text) || (!text.empty() && glob(pattern, text.substr(1)));
    }
    return !text.empty() && pattern.front() == text.front() &&
           glob(pattern.substr(1), text.substr(1));
}

// Unconfirmed: how HubSpot splits numbers and mail addresses into tokens.
bool contains_tokens(const std::string& value, const std::string& wanted) {
    const auto tokens = tokens_of(value);
    return std::ranges::all_of(tokens_of(wanted), [&](const std::string& pattern) {
        return std::ranges::any_of(tokens,
                                   [&](const std::string& token) { return glob(pattern, token); });
    });
}

// The text values of an IN list are compared as given with the lower-cased property: one with a
// capital letter never matches. Enumerations are compared as they are.
bool is_in(const Filter& filter, const std::string& value) {
    const auto& property = *filter.property;
    return std::ranges::any_of(filter.values, [&](const std::string& wanted) {
        if (numeric(property)) return compare_values(property, value, wanted) == 0;
        return wanted == (property.type == "string" ? lower_case(value) : value);
    });
}

bool compares(const Filter& filter, const std::string& value) {
    const auto sign = compare_values(*filter.property, value, filter.values.front());
    if (filter.op == "EQ") return sign == 0;
    if (filter.op == "NEQ") return sign != 0;
    if (filter.op == "LT") return sign < 0;
    if (filter.op == "LTE") return sign <= 0;
    if (filter.op == "GT") return sign > 0;
    if (filter.op == "GTE") return sign >= 0;
    return sign >= 0 && compare_values(*filter.property, value, filter.values.back()) <= 0;
}

// Unconfirmed: whether the negative operators match a record without the property. Here they don't.
bool value_matches(const Filter& filter, const Properties& properties) {
    const auto found = properties.find(filter.property->name);
    if (filter.op == "NOT_HAS_PROPERTY") return found == properties.end();
    if (found == properties.end()) return false;
    if (filter.op == "HAS_PROPERTY") return true;
    const auto& value = found->second;
    if (filter.op == "IN") return is_in(filter, value);
    if (filter.op == "NOT_IN") return !is_in(filter, value);
    if (filter.op == "CONTAINS_TOKEN") return contains_tokens(value, filter.values.front());
    if (filter.op == "NOT_CONTAINS_TOKEN") return !contains_tokens(value, filter.values.front());
    return compares(filter, value);
}

bool link_matches(const Filter& filter, const std::set<RecordId>& links) {
    return std::ranges::any_of(filter.values, [&](const std::string& value) {
        const auto id = record_id(value);
        return id && links.contains(*id);
    });
}

bool filter_matches(const Filter& filter, const Indexed& indexed) {
    if (filter.property == nullptr) return link_matches(filter, indexed.links);
    return value_matches(filter, indexed.properties);
}

std::expected<std::vector<std::string>, Refusal> operands(const Json& json, Operands expected) {
    const bool value = expected == Operands::one || expected == Operands::two;
    if (json.contains("value") != value ||
        json.contains("highValue") != (expected == Operands::two) ||
        json.contains("values") != (expected == Operands::many)) {
        return std::unexpected(validation_error("There was a problem with the request: operator " +
                                                json["operator"].get<std::string>() +
                                                " has the wrong operands"));
    }
    if (expected == Operands::none) return std::vector<std::string>{};
    if (expected == Operands::many) return text_list(json, "values");
    std::vector<std::string> values{scalar_text(json["value"])};
    if (expected == Operands::two) values.push_back(scalar_text(json["highValue"]));
    return values;
}

Check check_values(const Filter& filter) {
    const bool token = filter.op.ends_with("CONTAINS_TOKEN");
    if (filter.property == nullptr || token || !numeric(*filter.property)) return std::nullopt;
    for (const auto& value : filter.values) {
        if (number_of(*filter.property, value)) continue;
        return validation_error("There was a problem with the request: " + value +
                                " is not a value of property " + filter.property->name);
    }
    return std::nullopt;
}

// `associations.contact` EQ an id: the only filter that is not about a property.
bool names_other_object(const std::string& name, ObjectType type) {
    constexpr std::string_view prefix = "associations.";
    if (!name.starts_with(prefix)) return false;
    const auto other = object_type(name.substr(prefix.size()));
    return other && *other != type;
}

std::expected<Filter, Refusal> read_filter(const PortalState& state, ObjectType type,
                                           const Json& json) {
    if (auto refusal = check_object(json, "Filter",
                                    {{"propertyName", Shape::text, true},
                                     {"operator", Shape::text, true},
                                     {"value", Shape::scalar},
                                     {"highValue", Shape::scalar},
                                     {"values", Shape::array}})) {
        return std::unexpected(*refusal);
    }
    const auto name = json["propertyName"].get<std::string>();
    Filter filter{.property = state.schemas.at(type).find(name),
                  .op = json["operator"].get<std::string>()};
    const auto known = std::ranges::find(operators, filter.op, &Operator::name);
    if (known == std::end(operators)) {
        return std::unexpected(
            unreadable_input("Invalid enum constant '" + filter.op + "' for class FilterOperator"));
    }
    const bool link = names_other_object(name, type) && (filter.op == "EQ" || filter.op == "IN");
    if (filter.property == nullptr && !link) {
        return std::unexpected(validation_error("There was a problem with the request: property " +
                                                name + " does not exist or cannot be filtered so"));
    }
    auto values = operands(json, known->operands);
    if (!values) return std::unexpected(values.error());
    filter.values = *std::move(values);
    if (auto refusal = check_values(filter)) return std::unexpected(*refusal);
    return filter;
}

std::expected<std::vector<Filter>, Refusal> read_group(const PortalState& state, ObjectType type,
                                                       const Json& json) {
    if (auto refusal = check_object(json, "FilterGroup", {{"filters", Shape::array, true}})) {
        return std::unexpected(*refusal);
    }
    if (json["filters"].size() > most_in_group) {
        return std::unexpected(validation_error("A filterGroup may have at most 6 filters"));
    }
    std::vector<Filter> group;
    for (const auto& entry : json["filters"]) {
        auto filter = read_filter(state, type, entry);
        if (!filter) return std::unexpected(filter.error());
        group.push_back(*std::move(filter));
    }
    return group;
}

}  // namespace

int compare_values(const PropertyDefinition& property, const std::string& a, const std::string& b) {
    const auto sign = [](const auto& x, const auto& y) { return x < y ? -1 : (y < x ? 1 : 0); };
    if (numeric(property)) {
        const auto x = number_of(property, a);
        const auto y = number_of(property, b);
        if (x && y) return sign(*x, *y);
    }
    if (property.type == "enumeration") return sign(a, b);
    return sign(lower_case(a), lower_case(b));
}

std::expected<FilterGroups, Refusal> read_filters(const PortalState& state, ObjectType type,
                                                  const Json& body) {
    FilterGroups groups;
    if (!body.contains("filterGroups")) return groups;
    if (body["filterGroups"].size() > most_groups) {
        return std::unexpected(validation_error("A search may have at most 5 filterGroups"));
    }
    std::size_t filters = 0;
    for (const auto& entry : body["filterGroups"]) {
        auto group = read_group(state, type, entry);
        if (!group) return std::unexpected(group.error());
        filters += group->size();
        groups.push_back(*std::move(group));
    }
    if (filters > most_filters) {
        return std::unexpected(validation_error("A search may have at most 18 filters"));
    }
    return groups;
}

bool matches(const FilterGroups& groups, const Indexed& indexed) {
    const auto all_match = [&](const std::vector<Filter>& group) {
        return std::ranges::all_of(
            group, [&](const Filter& filter) { return filter_matches(filter, indexed); });
    };
    return groups.empty() || std::ranges::any_of(groups, all_match);
}

}  // namespace ringbridge::sim

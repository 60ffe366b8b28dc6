#include "receptionist/record_values_codec.hpp"

#include "core/text.hpp"
#include "receptionist/call_codec.hpp"
#include "receptionist/never_keep_codec.hpp"
#include "receptionist/text.hpp"

#include <algorithm>
#include <cmath>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

std::string number_text(const json& number) {
    const auto value = number.get<double>();
    const bool whole = std::abs(value) < 1e15 && std::floor(value) == value;
    if (number.is_number_integer() || !whole) return number.dump();
    return std::to_string(static_cast<std::int64_t>(value));
}

// A turn of a conversation becomes `speaker: words`, one without words nothing; any other object
// its name or value.
std::string object_text(const json& object) {
    const auto* words = first_member(object, words_of_an_object);
    const auto* speaker = first_member(object, {"role", "speaker"});
    if (words == nullptr && speaker != nullptr) return {};
    if (words == nullptr) return object.dump(-1, ' ', false, json::error_handler_t::replace);
    return speaker == nullptr ? text_of(*words) : text_of(*speaker) + ": " + text_of(*words);
}

std::string list_text(const json& list) {
    std::string lines;
    for (const auto& item : list) {
        const auto line = text_of(item);
        if (!line.empty()) lines += (lines.empty() ? "" : "\n") + line;
    }
    return lines;
}

// Text that is JSON itself is replaced by what it says, where the path goes on into it.
void open_text(json& record, const JsonPath& path) {
    auto* value = &record;
    for (const auto& step : path.steps) {
        if (value->is_string()) *value = opened(*value);
        value = take_step(*value, step);
        if (value == nullptr) return;
    }
}

void open_all(json& record, const Source& source) {
    for (const auto& path : source.paths) open_text(record, path);
}

void open_all(json& record, const Rule& rule) {
    for (const auto& conditions : rule) {
        for (const auto& condition : conditions) open_all(record, condition.source);
    }
}

void open_texts(json& record, const CallMapping& mapping) {
    open_all(record, mapping.id);
    open_all(record, mapping.called_at.source);
    for (const auto& duration : mapping.duration) {
        open_all(record, duration.length);
        if (duration.from) open_all(record, duration.from->source);
        if (duration.until) open_all(record, duration.until->source);
    }
    for (const auto& source : mapping.texts) {
        if (source) open_all(record, *source);
    }
    if (mapping.from_phone) open_all(record, *mapping.from_phone);
    if (mapping.to_phone) open_all(record, *mapping.to_phone);
    for (const auto* rule : {&mapping.missed, &mapping.ongoing, &mapping.outbound, &mapping.web,
                             &mapping.spam, &mapping.deleted}) {
        open_all(record, *rule);
    }
    for (const auto& answers : mapping.form_answers) open_text(record, answers.each);
}

}  // namespace

json parse_leniently(std::string_view raw) {
    if (nesting_of(raw) > deepest_record) return parse_leniently(prune_json(raw, deepest_record));
    auto record = json::parse(raw, nullptr, false);
    return record.is_discarded() ? json::parse(repair_json(raw), nullptr, false) : record;
}

json opened(const json& value) {
    if (!value.is_string()) return value;
    auto inside = parse_leniently(value.get_ref<const std::string&>());
    return inside.is_structured() ? inside : value;
}

bool is_blank(const json& value) {
    if (value.is_null()) return true;
    if (value.is_string()) return trim(value.get_ref<const std::string&>()).empty();
    return value.is_structured() && value.empty();
}

const json* first_member(const json& object, std::initializer_list<const char*> names) {
    for (const auto* name : names) {
        const auto member = object.find(name);
        if (member != object.end() && !member->is_null()) return &*member;
    }
    return nullptr;
}

const json* first_of(const json& record, const Source& source) {
    for (const auto& path : source.paths) {
        const auto* value = find(record, path);
        if (value != nullptr && !is_blank(*value)) return value;
    }
    return nullptr;
}

json parse_record(std::string_view raw, const CallMapping& mapping) {
    auto record = parse_leniently(raw);
    take_out(record, mapping.never_keep);
    if (record.is_object()) open_texts(record, mapping);
    return record;
}

std::string text_of(const json& value) {
    switch (value.type()) {
        case json::value_t::string:
            return clean_text(value.get<std::string>());
        case json::value_t::boolean:
            return value.get<bool>() ? "yes" : "no";
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
        case json::value_t::number_float:
            return number_text(value);
        case json::value_t::array:
            return list_text(value);
        case json::value_t::object:
            return value.empty() ? "" : object_text(value);
        default:
            return "";
    }
}

std::string text_at(const json& record, const std::optional<JsonPath>& path) {
    const auto* value = path ? find(record, *path) : nullptr;
    return value == nullptr ? std::string{} : text_of(*value);
}

std::string text_at(const json& record, const Source& source) {
    const auto* value = first_of(record, source);
    return value == nullptr ? source.constant : text_of(*value);
}

bool holds(const Condition& condition, const json& record) {
    const auto* value = first_of(record, condition.source);
    const auto said = value == nullptr      ? condition.source.constant
                      : value->is_boolean() ? value->dump()
                                            : lower_case(trim(text_of(*value)));
    const bool is_one = std::ranges::any_of(
        condition.words, [&](const std::string& word) { return lower_case(word) == said; });
    return is_one == condition.wanted;
}

bool all_hold(const std::vector<Condition>& conditions, const json& record) {
    return std::ranges::all_of(
        conditions, [&](const Condition& condition) { return holds(condition, record); });
}

bool holds(const Rule& rule, const json& record) {
    return std::ranges::any_of(
        rule, [&](const auto& conditions) { return all_hold(conditions, record); });
}

}  // namespace ringbridge::receptionist

// The contact properties that follow from a caller's calls.
#include "core/answers.hpp"
#include "core/kept_numbers.hpp"
#include "core/mapping.hpp"
#include "core/name.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace ringbridge {
namespace {

constexpr std::size_t property_bytes_max = 65'536;

long long number_of(const std::string& text) {
    long long number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

// Whether the stamped call is at least as new: by time, then by id, so that simultaneous calls are
// ordered too. A stamp dated far in the future does not count, or it would never be replaced.
bool already_stamped(const CallHistory& history, const Properties& current,
                     const std::string& prefix) {
    const auto& call = history.newest;
    const auto stamped = parse_utc(value_of(current, prefix + "_last_call_date"));
    if (stamped && *stamped - ahead_max > history.now) return false;
    if (!stamped || *stamped != call.called_at) return stamped && *stamped > call.called_at;
    return value_of(current, prefix + "_last_call_id") > call.id.text;
}

// A property that describes the newest call, and its value for a call.
struct StampedProperty {
    const char *name, *label, *type, *field_type, *description;
    std::string (*value)(const Call& call);
};

// All that a stamp says of a call, written again with each newer call. A new row's property is
// created in HubSpot by the daily check: bridge/contact_properties.hpp.
constexpr std::array stamped{
    StampedProperty{"last_call_date", "last call date", "datetime", "date",
                    "When this contact last called.",
                    [](const Call& call) { return format_utc(call.called_at); }},
    StampedProperty{"last_call_id", "last call ID", "string", "text",
                    "The receptionist's id of the last call.",
                    [](const Call& call) { return call.id.text; }},
    StampedProperty{"last_call_summary", "last call summary", "string", "textarea",
                    "The receptionist's summary of the last call.",
                    [](const Call& call) { return std::string{trim(call.summary)}; }},
    StampedProperty{"last_call_action", "last call action", "string", "text",
                    "What the last call was about.",
                    [](const Call& call) { return std::string{trim(call.primary_action)}; }},
    StampedProperty{"last_call_duration_seconds", "last call duration (seconds)", "number",
                    "number", "How long the last call took, in seconds.",
                    [](const Call& call) {
                        return call.duration ? std::to_string(call.duration->count()) : "";
                    }},
};

Properties newest_call_properties(const Call& call, const std::string& prefix) {
    Properties properties;
    for (const auto& one : stamped) properties[prefix + '_' + one.name] = one.value(call);
    if (auto answers = answers_text(call); !answers.empty()) {
        properties[prefix + "_form_answers"] = std::move(answers);
    }
    return properties;
}

bool is_ours(const std::string& property, const Mapping& mapping) {
    return property.starts_with(mapping.prefix + '_');
}

AnswerMode mode_of(const FormProperty& mapped, const Mapping& mapping) {
    const bool ours = is_ours(mapped.property, mapping);
    return mapped.mode.value_or(ours ? AnswerMode::overwrite : AnswerMode::fill);
}

// The stamped call has already replaced the earlier value, so a different value is a person's. Only
// changed answers of the same call overwrite it.
bool took_its_place(const Call& call, const Properties& current, const std::string& prefix) {
    return value_of(current, prefix + "_last_call_id") == call.id.text &&
           value_of(current, prefix + "_form_answers") ==
               cut_utf8(answers_text(call), property_bytes_max);
}

bool may_overwrite(const FormProperty& mapped, const CallHistory& history,
                   const Properties& current, const Mapping& mapping) {
    if (already_stamped(history, current, mapping.prefix)) return false;
    return is_ours(mapped.property, mapping) || value_of(current, mapped.property).empty() ||
           !took_its_place(history.newest, current, mapping.prefix);
}

// The property's value once the answers are applied.
std::string answered(const FormProperty& mapped, const CallHistory& history,
                     const Properties& current, const Mapping& mapping) {
    auto value = value_of(current, mapped.property);
    const auto mode = mode_of(mapped, mapping);
    if (mode == AnswerMode::append) {
        for (const auto& call : history.stamped_now) {
            value = append_answer(value, call, mapped.question, mapping.label, property_bytes_max);
        }
        return value;
    }
    const auto answer = answer_to(history.newest, mapped.question);
    const bool may =
        mode == AnswerMode::fill ? value.empty() : may_overwrite(mapped, history, current, mapping);
    return may && !answer.empty() ? answer : value;
}

// HubSpot returns a datetime in another format than it was sent in.
bool is_same(const std::string& property, const std::string& one, const std::string& other,
             const Mapping& mapping) {
    if (one.empty() || property != mapping.prefix + "_last_call_date") return one == other;
    return parse_utc(one) == parse_utc(other);
}

// The part of `wanted` that differs from `current`. A value that is too long is truncated.
Properties changes_to(const Properties& current, Properties wanted, const Mapping& mapping) {
    for (auto& [property, value] : wanted) value = cut_utf8(value, property_bytes_max);
    std::erase_if(wanted, [&](const auto& entry) {
        const auto& [property, value] = entry;
        return is_same(property, value, value_of(current, property), mapping);
    });
    return wanted;
}

// Where a property of ours holds the moved call's answer, it gets the newest call's.
std::string corrected_answer(const FormProperty& mapped, const Call& moved, const Call& newest,
                             const Properties& current, const Mapping& mapping) {
    const auto value = value_of(current, mapped.property);
    if (mode_of(mapped, mapping) == AnswerMode::append) {
        return without_answer(value, moved.id, mapping.label);
    }
    const bool is_its = value == cut_utf8(answer_to(moved, mapped.question), property_bytes_max);
    return is_its ? answer_to(newest, mapped.question) : value;
}

// The values that HubSpot keeps of two merged contacts: `keep`'s, where it has any.
Properties merged(Properties keep, const Properties& loser) {
    for (const auto& [name, value] : loser) {
        if (value_of(keep, name).empty()) keep[name] = value;
    }
    return keep;
}

}  // namespace

std::string value_of(const Properties& properties, const std::string& name) {
    const auto found = properties.find(name);
    return found == properties.end() ? std::string{} : found->second;
}

bool is_nameless(const Properties& contact) {
    const auto first = value_of(contact, "firstname");
    return value_of(contact, "lastname").empty() && (first.empty() || is_placeholder_name(first));
}

int call_count(const Properties& contact, const Mapping& mapping) {
    return static_cast<int>(number_of(value_of(contact, mapping.prefix + "_call_count")));
}

Properties build_survivor(const Properties& keep, const Properties& loser, const Mapping& mapping) {
    const auto date = mapping.prefix + "_last_call_date";
    const bool loser_is_newer = parse_utc(value_of(loser, date)).value_or(UtcTime{}) >
                                parse_utc(value_of(keep, date)).value_or(UtcTime{});
    auto wanted = loser_is_newer ? merged(loser, keep) : merged(keep, loser);
    // These belong to one call: what it left empty is not filled from another. Without a date on
    // either, as when somebody deleted the property, it is unknown which is newer.
    const auto& newest = loser_is_newer ? loser : keep;
    const bool is_dated = !value_of(newest, date).empty();
    for (const auto& [name, value] : newest_call_properties({}, mapping.prefix)) {
        if (is_dated) wanted[name] = value_of(newest, name);
    }
    if (const int count = call_count(keep, mapping) + call_count(loser, mapping); count > 0) {
        wanted[mapping.prefix + "_call_count"] = std::to_string(count);
    }
    const auto left = merged(keep, loser);
    std::erase_if(wanted, [&](const auto& entry) {
        return !is_ours(entry.first, mapping) || entry.second == value_of(left, entry.first);
    });
    wanted.merge(keep_numbers(left, loser, mapping));
    return wanted;
}

Properties changes_left(Properties changes, const Properties& current, const Mapping& mapping) {
    const auto date = mapping.prefix + "_last_call_date";
    const auto count = mapping.prefix + "_call_count";
    const auto then = parse_utc(value_of(changes, date)), now = parse_utc(value_of(current, date));
    const bool overtaken = now && (!then || *now > *then);
    std::erase_if(changes, [&](const auto& entry) {
        const auto& [name, value] = entry;
        if (keeps_numbers(name, mapping)) return !is_number_lacking(name, value, current, mapping);
        if (name == count) return number_of(value) <= number_of(value_of(current, name));
        return overtaken || is_same(name, value, value_of(current, name), mapping);
    });
    return changes;
}

Properties build_contact(const Call& call, const PhoneNumber& number) {
    Properties properties{{"phone", number.e164}};
    const auto [first, last] = read_name(call.caller_name);
    properties["firstname"] = first.empty() ? placeholder_name(number.e164) : first;
    if (!last.empty()) properties["lastname"] = last;
    return properties;
}

Properties build_stamp(const CallHistory& history, const Properties& current,
                       const Mapping& mapping) {
    const auto& call = history.newest;
    Properties wanted;
    if (!already_stamped(history, current, mapping.prefix)) {
        wanted = newest_call_properties(call, mapping.prefix);
        // What its record lost is not known to be blank.
        if (!call.lost.empty()) {
            std::erase_if(wanted, [](const auto& entry) { return entry.second.empty(); });
        }
    }
    const auto count_name = mapping.prefix + "_call_count";
    if (history.count > number_of(value_of(current, count_name))) {
        wanted[count_name] = std::to_string(history.count);
    }
    const auto name = read_name(call.caller_name);
    if (is_nameless(current)) {
        if (!name.first.empty()) wanted["firstname"] = name.first;
        if (!name.last.empty()) wanted["lastname"] = name.last;
    }
    if (!history.lost_number.e164.empty()) {
        wanted.merge(keep_number(history.lost_number, current, mapping));
    }
    for (const auto& mapped : mapping.form_properties) {
        auto value = answered(mapped, history, current, mapping);
        if (value != value_of(current, mapped.property)) wanted[mapped.property] = std::move(value);
    }
    return changes_to(current, std::move(wanted), mapping);
}

Properties build_correction(const Call& moved, const CallHistory& left, const Properties& current,
                            const Mapping& mapping) {
    const auto& prefix = mapping.prefix;
    Properties wanted;
    if (value_of(current, prefix + "_last_call_id") == moved.id.text) {
        wanted = newest_call_properties(left.newest, prefix);
        if (left.newest.id.empty()) wanted[prefix + "_last_call_date"].clear();
    }
    const auto answers = value_of(current, prefix + "_form_answers");
    if (answers == cut_utf8(answers_text(moved), property_bytes_max)) {
        wanted[prefix + "_form_answers"] = answers_text(left.newest);
    }
    for (const auto& mapped : mapping.form_properties) {
        if (!is_ours(mapped.property, mapping)) continue;
        wanted[mapped.property] = corrected_answer(mapped, moved, left.newest, current, mapping);
    }
    wanted[prefix + "_call_count"] = left.count > 0 ? std::to_string(left.count) : "";
    return changes_to(current, std::move(wanted), mapping);
}

std::vector<PropertyDefinition> property_definitions(const Mapping& mapping) {
    const auto named = [&](const char* name, const char* label, const char* type, const char* field,
                           const char* description) {
        return PropertyDefinition{mapping.prefix + '_' + name, mapping.label + ' ' + label, type,
                                  field, description};
    };
    std::vector<PropertyDefinition> definitions;
    for (const auto& [name, label, type, field_type, description, value] : stamped) {
        definitions.push_back(named(name, label, type, field_type, description));
    }
    definitions.push_back(named("call_count", "call count", "number", "number",
                                "How many calls of this contact were recorded."));
    definitions.push_back(
        named("form_answers", "form answers", "string", "textarea",
              "The receptionist's questions and the caller's answers, a line each."));
    for (const auto& mapped : mapping.form_properties) {
        if (!is_ours(mapped.property, mapping)) continue;
        const bool lines = mode_of(mapped, mapping) == AnswerMode::append;
        definitions.push_back({mapped.property, mapped.question, "string",
                               lines ? "textarea" : "text",
                               "The caller's answer to: " + mapped.question});
    }
    return definitions;
}

std::vector<std::string> stamp_properties(const Mapping& mapping) {
    std::vector<std::string> names{"firstname", "lastname"};
    for (const auto& definition : property_definitions(mapping)) names.push_back(definition.name);
    for (const auto& mapped : mapping.form_properties) {
        if (!is_ours(mapped.property, mapping)) names.push_back(mapped.property);
    }
    if (std::holds_alternative<ContactOwner>(mapping.owner)) names.emplace_back(owner_property);
    return names;
}

bool appends_answers(const Mapping& mapping) {
    return std::ranges::any_of(mapping.form_properties, [](const FormProperty& mapped) {
        return mapped.mode == AnswerMode::append;
    });
}

}  // namespace ringbridge

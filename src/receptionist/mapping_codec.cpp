#include "receptionist/mapping_codec.hpp"

#include "receptionist/local_time.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using namespace std::chrono_literals;

JsonPath to_path(const Value& value) {
    const auto text = value.text();
    if (!text) return {};
    auto path = parse_json_path(*text);
    if (!path) {
        value.fault(
            "must be a path such as $.call.id or $['call id'] (a list's elements: "
            "$.calls[*])");
    }
    return path.value_or(JsonPath{});
}

JsonPath to_value_path(const Value& value) {
    auto path = to_path(value);
    if (path.has_each()) value.fault("must point to one value, not to each of a list");
    return path;
}

// The keys `path` and `const` of a section.
Source source_in(Section& section, const Value& whole) {
    Source source;
    if (const auto path = section.optional("path")) source.paths = value_paths(*path);
    if (section.optional("const")) source.constant = section.text("const");
    if (source == Source{} && whole.node.IsMap()) whole.fault("needs a path, or const");
    return source;
}

// A path, several, or a section with them.
Source to_source(const Value& value) {
    if (!value.node.IsMap()) return {.paths = value_paths(value), .constant = {}};
    Section section{value};
    auto source = source_in(section, value);
    section.refuse_others();
    return source;
}

std::optional<Source> optional_source(Section& section, const std::string& name) {
    const auto value = section.optional(name);
    return value ? std::optional{to_source(*value)} : std::nullopt;
}

std::vector<std::string> to_words(const Value& value) {
    std::vector<std::string> words;
    for (const auto& word : value.list()) words.push_back(word.text().value_or(""));
    if (words.empty()) value.fault("is empty; name at least one");
    return words;
}

Condition to_condition(const Value& value) {
    Section section{value};
    Condition condition{.source = source_in(section, value), .words = {}};
    const auto is = section.optional("is"), is_not = section.optional("is_not");
    if (is.has_value() == is_not.has_value()) value.fault("needs either is or is_not");
    condition.wanted = is.has_value();
    if (is || is_not) condition.words = to_words(is ? *is : *is_not);
    section.refuse_others();
    return condition;
}

// Words of `source`, conditions, and lists of conditions that hold together.
Rule to_rule(const Value& value, const Source& source) {
    Rule rule;
    Condition plain{.source = source, .words = {}};
    const auto items = value.node.IsMap() ? std::vector{value} : value.list();
    for (const auto& item : items) {
        if (item.node.IsMap()) {
            rule.push_back({to_condition(item)});
        } else if (item.node.IsSequence()) {
            rule.push_back(read_conditions(item));
        } else {
            plain.words.push_back(item.text().value_or(""));
        }
    }
    if (items.empty()) value.fault("is empty; name at least one");
    if (plain.words.empty()) return rule;
    if (source == Source{}) value.fault("has words, and there is no path beside it");
    rule.push_back({std::move(plain)});
    return rule;
}

Rule optional_rule(Section& section, const std::string& name, const Source& source = {}) {
    const auto value = section.optional(name);
    return value ? to_rule(*value, source) : Rule{};
}

// The keys `path` and `const`, which may be missing.
Source optional_source_in(Section& section, const Value& whole) {
    const bool given = section.optional("path") || section.optional("const");
    return given ? source_in(section, whole) : Source{};
}

// `else_received`: where the key `else` is allowed.
TimeSource to_time(const Value& value, bool* else_received = nullptr) {
    if (!value.node.IsMap()) return {.source = to_source(value), .format = {}, .zone = {}};
    Section section{value};
    TimeSource time{.source = source_in(section, value), .format = {}, .zone = {}};
    if (section.optional("format")) time.format = section.text("format");
    if (const auto zone = section.optional("zone")) time.zone = to_time_zone(*zone);
    if (!time.format.empty() && time.zone.empty() && !names_zone(time.format)) {
        value.fault("needs a zone: its format has none");
    }
    if (else_received != nullptr && section.optional("else")) {
        *else_received = section.choice<bool>("else", {{"received", true}});
    }
    section.refuse_others();
    return time;
}

DurationSource to_duration_source(const Value& value) {
    DurationSource duration;
    if (!value.node.IsMap()) return {.length = to_source(value)};
    Section section{value};
    const auto from = section.optional("from"), until = section.optional("until");
    if (from && until) {
        duration.from = to_time(*from);
        duration.until = to_time(*until);
    } else if (from || until) {
        value.fault("needs both from and until");
    } else {
        duration.length = source_in(section, value);
        duration.unit = section.choice<Milliseconds>(
            "unit", {{"ms", 1ms}, {"s", 1s}, {"min", 1min}}, Milliseconds{1s});
    }
    section.refuse_others();
    return duration;
}

// One, or a list of which at least one is a section: a list of paths is one.
std::vector<DurationSource> to_durations(const Value& value) {
    const auto items = value.node.IsSequence() ? value.list() : std::vector{value};
    const auto is_section = [](const Value& item) { return item.node.IsMap(); };
    if (!value.node.IsSequence() || std::ranges::none_of(items, is_section)) {
        return {to_duration_source(value)};
    }
    std::vector<DurationSource> durations;
    for (const auto& item : items) durations.push_back(to_duration_source(item));
    return durations;
}

void read_outcome(const Value& value, CallMapping& mapping) {
    Section section{value};
    const auto source = optional_source_in(section, value);
    section.required("missed");
    mapping.missed = optional_rule(section, "missed", source);
    mapping.ongoing = optional_rule(section, "ongoing", source);
    section.refuse_others();
}

void read_direction(const Value& value, CallMapping& mapping) {
    Section section{value};
    const auto source = optional_source_in(section, value);
    section.required("outbound");
    mapping.outbound = optional_rule(section, "outbound", source);
    mapping.web = optional_rule(section, "web", source);
    section.refuse_others();
}

bool ends_in_each(const JsonPath& path) {
    return path.has_each() && std::holds_alternative<JsonPath::EachElement>(path.steps.back());
}

FormAnswers read_form_answers(const Value& value) {
    using enum FormAnswers::Nested;
    Section section{value};
    FormAnswers answers;
    if (const auto each = section.required("each")) {
        answers.each = to_path(*each);
        if (!answers.each.text.empty() && !ends_in_each(answers.each)) {
            each->fault("must end in [*]");
        }
    }
    answers.question = optional_path(section, "question");
    answers.answer = optional_path(section, "answer");
    if (answers.question && !answers.answer) value.fault("needs an answer beside the question");
    if (const auto where = section.optional("where")) answers.where = read_conditions(*where);
    if (const auto except = section.optional("except")) answers.except = to_words(*except);
    if (section.optional("nested")) {
        answers.nested = section.choice<FormAnswers::Nested>(
            "nested",
            {{"with_name", with_name}, {"without_name", without_name}, {"left_out", left_out}});
    }
    section.refuse_others();
    return answers;
}

// One section, or several: the first that has a question answers it.
std::vector<FormAnswers> read_all_form_answers(const Value& value) {
    if (value.node.IsMap()) return {read_form_answers(value)};
    std::vector<FormAnswers> all;
    for (const auto& item : value.list()) all.push_back(read_form_answers(item));
    return all;
}

// A source that may also have `answer_to`, and `first`.
std::optional<Source> read_caller_name(Section& section, CallMapping& mapping) {
    const auto value = section.optional("caller_name");
    if (!value) return std::nullopt;
    if (!value->node.IsMap()) return to_source(*value);
    Section inner{*value};
    auto source = optional_source_in(inner, *value);
    const auto questions = inner.optional("answer_to");
    if (questions) {
        mapping.name_questions =
            NameQuestions{to_words(*questions),
                          inner.choice<bool>("first", {{"answer", true}, {"path", false}}, true)};
    }
    if (source == Source{} && !questions) value->fault("needs a path, const, or answer_to");
    inner.refuse_others();
    return source;
}

// `$..name` is at any depth.
void read_unkept_path(const Value& value, Unkept& unkept) {
    constexpr std::string_view anywhere = "$..";
    auto text = value.text().value_or("");
    unkept.anywhere = text.starts_with(anywhere);
    if (unkept.anywhere) text.erase(1, 1);
    auto path = parse_json_path(text);
    if (!path || path->steps.empty()) return value.fault("must be a path such as $.a.b or $..b");
    unkept.path = std::move(*path);
}

Unkept to_unkept(const Value& value) {
    Unkept unkept;
    if (!value.node.IsMap()) {
        read_unkept_path(value, unkept);
        return unkept;
    }
    Section section{value};
    if (const auto path = section.required("path")) read_unkept_path(*path, unkept);
    if (const auto where = section.optional("where")) unkept.where = read_conditions(*where);
    if (const auto except = section.optional("except")) unkept.except = to_words(*except);
    if (!unkept.where.empty() && !ends_in_each(unkept.path)) {
        section.fault("where", "is for the elements of a list: the path must end in [*]");
    }
    section.refuse_others();
    return unkept;
}

void read_phones(Section& section, CallMapping& mapping) {
    mapping.from_phone = optional_source(section, "from_phone");
    mapping.to_phone = optional_source(section, "to_phone");
    const bool dialled = mapping.from_phone || mapping.to_phone;
    for (std::size_t i = 0; dialled && i < call_texts.size(); ++i) {
        if (call_texts[i].is_phone && mapping.texts[i]) {
            section.fault(std::string{call_texts[i].name},
                          "cannot stand beside from_phone and to_phone, which fill it");
        }
    }
}

void read_texts(Section& section, CallMapping& mapping) {
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        mapping.texts[i] = call_texts[i].field == &Call::caller_name
                               ? read_caller_name(section, mapping)
                               : optional_source(section, std::string{call_texts[i].name});
    }
}

void read_times(Section& section, CallMapping& mapping) {
    if (const auto called_at = section.required("called_at")) {
        mapping.called_at = to_time(*called_at, &mapping.else_received);
    }
    // `duration_s` is how the first profiles name it.
    const auto seconds = section.optional("duration_s"), duration = section.optional("duration");
    if (seconds && duration) section.fault("duration_s", "cannot stand beside duration");
    if (seconds || duration) mapping.duration = to_durations(duration ? *duration : *seconds);
    if (seconds) mapping.duration.front().name = "duration_s";
}

}  // namespace

std::vector<JsonPath> value_paths(const Value& value) {
    std::vector<JsonPath> paths;
    if (!value.node.IsSequence()) return {to_value_path(value)};
    for (const auto& item : value.list()) paths.push_back(to_value_path(item));
    if (paths.empty()) value.fault("is empty");
    return paths;
}

JsonPath value_path(Section& section, const std::string& name) {
    const auto value = section.required(name);
    return value ? to_value_path(*value) : JsonPath{};
}

std::optional<JsonPath> optional_path(Section& section, const std::string& name) {
    if (!section.optional(name)) return std::nullopt;
    return value_path(section, name);
}

JsonPath list_path(Section& section, const std::string& name) {
    const auto value = section.required(name);
    if (!value) return {};
    auto path = to_path(*value);
    if (!path.text.empty() && !path.is_list()) value->fault("must end in [*], its only one");
    return path;
}

std::string to_time_zone(const Value& value) {
    auto zone = value.text().value_or("");
    if (!is_time_zone(zone)) value.fault("must be a time zone such as America/New_York or UTC");
    return zone;
}

std::vector<Condition> read_conditions(const Value& value) {
    std::vector<Condition> conditions;
    for (const auto& item : value.list()) conditions.push_back(to_condition(item));
    if (conditions.empty()) value.fault("is empty");
    return conditions;
}

CallMapping read_mapping(const Value& value) {
    Section section{value};
    CallMapping mapping;
    if (const auto id = section.required("id")) mapping.id = to_source(*id);
    if (!mapping.id.constant.empty()) section.fault("id", "cannot be a constant");
    read_times(section, mapping);
    read_texts(section, mapping);
    read_phones(section, mapping);
    if (const auto answers = section.optional("form_answers")) {
        mapping.form_answers = read_all_form_answers(*answers);
    }
    if (const auto outcome = section.optional("outcome")) read_outcome(*outcome, mapping);
    if (const auto direction = section.optional("direction")) read_direction(*direction, mapping);
    mapping.spam = optional_rule(section, "spam");
    mapping.deleted = optional_rule(section, "deleted");
    if (const auto unkept = section.optional("never_keep")) {
        for (const auto& item : unkept->list()) mapping.never_keep.push_back(to_unkept(item));
    }
    section.refuse_others();
    return mapping;
}

}  // namespace ringbridge::receptionist

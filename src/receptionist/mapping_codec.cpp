#include "receptionist/mapping_codec.hpp"

#include "receptionist/local_time.hpp"

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

std::vector<JsonPath> to_paths(const Value& value) {
    std::vector<JsonPath> paths;
    if (!value.node.IsSequence()) return {to_value_path(value)};
    for (const auto& item : value.list()) paths.push_back(to_value_path(item));
    if (paths.empty()) value.fault("is empty");
    return paths;
}

// The keys `path` and `const` of a section.
Source source_in(Section& section, const Value& whole) {
    Source source;
    if (const auto path = section.optional("path")) source.paths = to_paths(*path);
    if (section.optional("const")) source.constant = section.text("const");
    if (source == Source{} && whole.node.IsMap()) whole.fault("needs a path, or const");
    return source;
}

// A path, several, or a section with them.
Source to_source(const Value& value) {
    if (!value.node.IsMap()) return {.paths = to_paths(value), .constant = {}};
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

std::optional<Words> optional_words(Section& section, const std::string& name) {
    const auto value = section.optional(name);
    if (!value) return std::nullopt;
    Section inner{*value};
    Words words{.source = source_in(inner, *value), .words = {}};
    if (const auto is = inner.required("is")) words.words = to_words(*is);
    inner.refuse_others();
    return words;
}

TimeSource to_time(const Value& value) {
    if (!value.node.IsMap()) return {.source = to_source(value), .format = {}, .zone = {}};
    Section section{value};
    TimeSource time{.source = source_in(section, value), .format = {}, .zone = {}};
    if (section.optional("format")) time.format = section.text("format");
    if (const auto zone = section.optional("zone")) time.zone = to_time_zone(*zone);
    if (!time.format.empty() && time.zone.empty() && !names_zone(time.format)) {
        value.fault("needs a zone: its format has none");
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

void read_outcome(const Value& value, CallMapping& mapping) {
    Section section{value};
    const auto source = source_in(section, value);
    if (const auto words = section.required("missed")) {
        mapping.missed = Words{source, to_words(*words)};
    }
    if (const auto words = section.optional("ongoing")) {
        mapping.ongoing = Words{source, to_words(*words)};
    }
    section.refuse_others();
}

void read_direction(const Value& value, CallMapping& mapping) {
    Section section{value};
    auto source = source_in(section, value);
    if (const auto words = section.required("outbound")) {
        mapping.outbound = Words{std::move(source), to_words(*words)};
    }
    section.refuse_others();
}

FormAnswers read_form_answers(const Value& value) {
    Section section{value};
    FormAnswers answers;
    if (const auto each = section.required("each")) {
        answers.each = to_path(*each);
        const bool ends_in_each =
            answers.each.has_each() &&
            std::holds_alternative<JsonPath::EachElement>(answers.each.steps.back());
        if (!answers.each.text.empty() && !ends_in_each) each->fault("must end in [*]");
    }
    answers.question = optional_path(section, "question");
    answers.answer = optional_path(section, "answer");
    if (answers.question.has_value() != answers.answer.has_value()) {
        value.fault("needs both question and answer, or neither");
    }
    section.refuse_others();
    return answers;
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

}  // namespace

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

std::vector<RecordFilter> read_record_filter(const Value& value) {
    std::vector<RecordFilter> filter;
    for (const auto& item : value.list()) {
        Section section{item};
        RecordFilter rule{.words = {.source = source_in(section, item), .words = {}}};
        const auto is = section.optional("is"), is_not = section.optional("is_not");
        if (is.has_value() == is_not.has_value()) item.fault("needs either is or is_not");
        rule.wanted = is.has_value();
        if (is || is_not) rule.words.words = to_words(is ? *is : *is_not);
        section.refuse_others();
        filter.push_back(std::move(rule));
    }
    return filter;
}

CallMapping read_mapping(const Value& value) {
    Section section{value};
    CallMapping mapping;
    if (const auto id = section.required("id")) mapping.id = to_source(*id);
    if (!mapping.id.constant.empty()) section.fault("id", "cannot be a constant");
    if (const auto called_at = section.required("called_at")) {
        mapping.called_at = to_time(*called_at);
    }
    // `duration_s` is how the first profiles name it.
    const auto seconds = section.optional("duration_s"), duration = section.optional("duration");
    if (seconds && duration) section.fault("duration_s", "cannot stand beside duration");
    if (seconds || duration) mapping.duration = to_duration_source(duration ? *duration : *seconds);
    if (seconds) mapping.duration->name = "duration_s";
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        mapping.texts[i] = optional_source(section, std::string{call_texts[i].name});
    }
    read_phones(section, mapping);
    if (const auto answers = section.optional("form_answers")) {
        mapping.form_answers = read_form_answers(*answers);
    }
    if (const auto outcome = section.optional("outcome")) read_outcome(*outcome, mapping);
    if (const auto direction = section.optional("direction")) read_direction(*direction, mapping);
    mapping.spam = optional_words(section, "spam");
    mapping.deleted = optional_words(section, "deleted");
    section.refuse_others();
    return mapping;
}

}  // namespace ringbridge::receptionist

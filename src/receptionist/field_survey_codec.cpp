// The JSON of field_survey.hpp.
#include "receptionist/field_survey.hpp"
#include "receptionist/record_split.hpp"
#include "receptionist/record_values_codec.hpp"
#include "receptionist/text.hpp"

#include <nlohmann/json.hpp>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

enum class Wanted { text, number, text_or_number, text_or_list, list };

struct Field {
    std::string name;
    Source source;
    Wanted wanted;
};

std::vector<Field> fields_of(const CallMapping& mapping) {
    std::vector<Field> fields{{"id", mapping.id, Wanted::text_or_number},
                              {"called_at", mapping.called_at.source, Wanted::text_or_number}};
    const auto add = [&](std::string_view name, const std::optional<Source>& source,
                         Wanted wanted) {
        if (source) fields.push_back({std::string{name}, *source, wanted});
    };
    for (const auto& duration : mapping.duration) {
        const auto wanted = duration.name == "duration_s" ? Wanted::number : Wanted::text_or_number;
        add(duration.name, duration.from ? duration.from->source : duration.length, wanted);
        if (duration.until) add("duration", duration.until->source, Wanted::text_or_number);
    }
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        const bool turns = call_texts[i].name == "transcript";
        add(call_texts[i].name, mapping.texts[i], turns ? Wanted::text_or_list : Wanted::text);
    }
    add("from_phone", mapping.from_phone, Wanted::text);
    add("to_phone", mapping.to_phone, Wanted::text);
    Source answers;
    for (const auto& form : mapping.form_answers) answers.paths.push_back(form.each);
    if (!answers.paths.empty()) add("form_answers", answers, Wanted::list);
    return fields;
}

bool is_wanted(const json& value, Wanted wanted) {
    switch (wanted) {
        case Wanted::text:
            return value.is_string();
        case Wanted::number:
            return value.is_number();
        case Wanted::text_or_number:
            return value.is_string() || value.is_number();
        case Wanted::text_or_list:
            return value.is_string() || value.is_array();
        case Wanted::list:
            return value.is_structured();
    }
    return false;
}

void count(const json& record, const Field& field, FieldCount& counted) {
    const auto* value = first_of(record, field.source);
    auto& counter = value == nullptr                  ? counted.lacked
                    : is_wanted(*value, field.wanted) ? counted.had
                                                      : counted.other_type;
    ++counter;
}

}  // namespace

std::expected<FieldSurvey, UnreadablePage> survey_fields(std::string body, const CallStream& stream,
                                                         const CallMapping& mapping,
                                                         const LookedUp& looked_up) {
    const auto text = clean_text(std::move(body));
    const auto page = read_listed_page(text, stream, mapping, looked_up);
    if (!page) return std::unexpected(page.error());
    FieldSurvey survey{.records = static_cast<int>(page->count()),
                       .unreadable = static_cast<int>(page->unreadable.size())};
    if (!page->unreadable.empty()) survey.first_why = page->unreadable.front().why;
    const auto fields = fields_of(mapping);
    for (const auto& field : fields) survey.fields.push_back({field.name, to_text(field.source)});
    const auto split = split_records(text, stream.record_selector);
    for (const auto raw : split->records) {
        const auto record = parse_record(with_looked_up(raw, stream.lookup, looked_up), mapping);
        for (std::size_t i = 0; i < fields.size(); ++i) count(record, fields[i], survey.fields[i]);
    }
    return survey;
}

}  // namespace ringbridge::receptionist

// Which of a profile's fields a record has, by its JSON. A value counts if a call can take it: a
// text where a time is expected is as good as none.
#include "receptionist/mapped_fields.hpp"
#include "receptionist/record_values_codec.hpp"

#include <algorithm>
#include <iterator>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

FieldState state_if(const json* value, bool usable) {
    if (value == nullptr) return FieldState::blank;
    return usable ? FieldState::usable : FieldState::unusable;
}

}  // namespace

FieldReader::FieldReader(const CallStream& stream, const CallMapping& mapping) {
    add("id", mapping.id, [&](const json& record) { return !id_of(record, mapping.id).empty(); });
    add_time("called_at", mapping.called_at);
    add_durations(mapping.duration);
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        const auto name = std::string{call_texts[i].name};
        const auto& text = mapping.texts[i];
        if (text) add_text(name, *text, call_texts[i].is_phone);
    }
    if (mapping.from_phone) add_text("from_phone", *mapping.from_phone, true);
    if (mapping.to_phone) add_text("to_phone", *mapping.to_phone, true);
    add_answers(mapping.form_answers);
    add_words("outcome", mapping.missed);
    add_words("direction", mapping.outbound);
    add_words("web", mapping.web);
    add_words("spam", mapping.spam);
    add_words("deleted", mapping.deleted);
    for (std::size_t i = 0; i < stream.record_filter.size(); ++i) {
        add_value("record_filter[" + std::to_string(i) + "]", stream.record_filter[i].source,
                  [](const json& value) { return !value.is_structured(); });
    }
}

FieldStates FieldReader::states_of(const json& record) const {
    FieldStates states;
    states.reserve(fields_.size());
    for (const auto& field : fields_) states.push_back(field.state(record));
    return states;
}

std::vector<MappedField> FieldReader::fields() const {
    std::vector<MappedField> fields;
    for (const auto& field : fields_) fields.push_back(field.named);
    return fields;
}

// `is_usable`: of a record that has something there.
template <class IsUsable>
void FieldReader::add(std::string name, const Source& source, IsUsable is_usable) {
    if (source.paths.empty() || !source.constant.empty()) return;
    fields_.push_back(
        {{std::move(name), to_text(source)}, [&source, is_usable](const json& record) {
             const auto* value = first_of(record, source);
             return state_if(value, value != nullptr && is_usable(record));
         }});
}

template <class IsUsable>
void FieldReader::add_value(std::string name, const Source& source, IsUsable is_usable) {
    add(std::move(name), source,
        [&source, is_usable](const json& record) { return is_usable(*first_of(record, source)); });
}

void FieldReader::add_time(std::string name, const TimeSource& source) {
    add(std::move(name), source.source,
        [&source](const json& record) { return time_at(record, source).has_value(); });
}

void FieldReader::add_durations(const std::vector<DurationSource>& durations) {
    if (durations.empty()) return;
    Source all;
    for (const auto& one : durations) {
        const auto& source = one.from ? one.from->source : one.length;
        std::ranges::copy(source.paths, std::back_inserter(all.paths));
    }
    fields_.push_back({{durations.front().name, to_text(all)}, [&durations](const json& record) {
                           const bool some = std::ranges::any_of(durations, [&](const auto& one) {
                               return duration_of(record, one).has_value();
                           });
                           return some ? FieldState::usable : FieldState::blank;
                       }});
}

void FieldReader::add_text(std::string name, const Source& source, bool is_phone) {
    add_value(std::move(name), source, [is_phone](const json& value) {
        const auto& members = is_phone ? number_in_an_object : words_of_an_object;
        return !value.is_object() || first_member(value, members) != nullptr;
    });
}

void FieldReader::add_answers(const std::vector<FormAnswers>& answers) {
    if (answers.empty()) return;
    std::string path;
    for (const auto& one : answers) path += (path.empty() ? "" : " or ") + one.each.text;
    fields_.push_back({{"form_answers", path}, [&answers](const json& record) {
                           const bool some = std::ranges::any_of(answers, [&](const auto& one) {
                               const auto* value = find(record, one.each);
                               return value != nullptr && value->is_structured() &&
                                      !is_blank(*value);
                           });
                           return some ? FieldState::usable : FieldState::blank;
                       }});
}

// Usable if some condition of the rule has anything to judge by.
void FieldReader::add_words(std::string name, const Rule& rule) {
    Source all;
    for (const auto& line : rule) {
        for (const auto& condition : line) {
            for (const auto& path : condition.source.paths) {
                if (std::ranges::find(all.paths, path) == all.paths.end()) {
                    all.paths.push_back(path);
                }
            }
        }
    }
    if (all.paths.empty()) return;
    fields_.push_back({{std::move(name), to_text(all)}, [all](const json& record) {
                           const auto* value = first_of(record, all);
                           return state_if(value, value != nullptr && !value->is_structured());
                       }});
}

std::vector<MappedField> mapped_fields(const Profile& profile) {
    return FieldReader{profile.calls, profile.mapping}.fields();
}

}  // namespace ringbridge::receptionist

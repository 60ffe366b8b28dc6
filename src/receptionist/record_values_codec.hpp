// The values of a record as JSON, for what makes a call of it and for what counts its fields.
#pragma once

#include "receptionist/mapped_fields.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ringbridge::receptionist {

/// Where an object has what a person would read of it.
inline constexpr std::initializer_list<const char*> words_of_an_object{"text", "content", "message",
                                                                       "value", "name"};

inline constexpr std::initializer_list<const char*> number_in_an_object{
    "e164", "E164", "number", "phone", "phone_number", "phoneNumber", "value", "raw"};

/// However it is written; discarded if it is not JSON at all.
nlohmann::json parse_leniently(std::string_view raw);

/// A moment from 1970 to 9999.
std::optional<UtcTime> time_of(const nlohmann::json& value, const TimeSource& source);

/// The record without what the profile never keeps, and with text that is JSON opened where the
/// mapping goes on into it.
nlohmann::json parse_record(std::string_view raw, const CallMapping& mapping);

/// The value, or if it is text that is JSON itself, what it says.
nlohmann::json opened(const nlohmann::json& value);

/// Null, or empty.
bool is_blank(const nlohmann::json& value);

/// The first of these members that is there and not null; null if there is none.
const nlohmann::json* first_member(const nlohmann::json& object,
                                   std::initializer_list<const char*> names);

/// The first value that is not blank; null if there is none.
const nlohmann::json* first_of(const nlohmann::json& record, const Source& source);

/// Any value as a person would read it.
std::string text_of(const nlohmann::json& value);
std::string text_at(const nlohmann::json& record, const std::optional<JsonPath>& path);
std::string text_at(const nlohmann::json& record, const Source& source);

/// Empty, or nothing, if there is none that can be used.
CallId id_of(const nlohmann::json& record, const Source& source);
std::optional<UtcTime> time_at(const nlohmann::json& record, const TimeSource& source);
std::optional<std::chrono::seconds> duration_of(const nlohmann::json& record,
                                                const DurationSource& source);

bool holds(const Condition& condition, const nlohmann::json& record);
bool all_hold(const std::vector<Condition>& conditions, const nlohmann::json& record);
bool holds(const Rule& rule, const nlohmann::json& record);

/// Which of a profile's fields a record has. Both parts of the profile must outlive it.
class FieldReader {
  public:
    FieldReader(const CallStream& stream, const CallMapping& mapping);

    FieldStates states_of(const nlohmann::json& record) const;
    std::vector<MappedField> fields() const;

  private:
    struct Field {
        MappedField named;
        std::function<FieldState(const nlohmann::json& record)> state;
    };

    template <class IsUsable>
    void add(std::string name, const Source& source, IsUsable is_usable);
    template <class IsUsable>
    void add_value(std::string name, const Source& source, IsUsable is_usable);
    void add_time(std::string name, const TimeSource& source);
    void add_durations(const std::vector<DurationSource>& durations);
    void add_text(std::string name, const Source& source, bool is_phone);
    void add_answers(const std::vector<FormAnswers>& answers);
    void add_words(std::string name, const Rule& rule);

    std::vector<Field> fields_;
};

}  // namespace ringbridge::receptionist

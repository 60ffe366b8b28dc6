#include "receptionist/call_codec.hpp"

#include "core/number.hpp"
#include "core/text.hpp"
#include "receptionist/duration.hpp"
#include "receptionist/record_split.hpp"
#include "receptionist/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;
using Seconds = std::chrono::seconds;

constexpr std::size_t longest_id = 200;
// Times that every side can represent: 1970 to 9999.
constexpr std::int64_t last_moment_ms = 253'402'300'799'999;

std::string text_of(const json& value);

std::string number_text(const json& number) {
    const auto value = number.get<double>();
    const bool whole = std::abs(value) < 1e15 && std::floor(value) == value;
    if (number.is_number_integer() || !whole) return number.dump();
    return std::to_string(static_cast<std::int64_t>(value));
}

const json* first_member(const json& object, std::initializer_list<const char*> names) {
    for (const auto* name : names) {
        const auto member = object.find(name);
        if (member != object.end() && !member->is_null()) return &*member;
    }
    return nullptr;
}

// A turn of a conversation becomes `speaker: words`; any other object its name or value.
std::string object_text(const json& object) {
    const auto* words = first_member(object, {"text", "content", "message", "value", "name"});
    if (words == nullptr) return object.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto* speaker = first_member(object, {"role", "speaker"});
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

// Any value as a person would read it.
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

CallId id_of(const json& record, const JsonPath& path) {
    const auto* value = find(record, path);
    if (value == nullptr || !(value->is_string() || value->is_number_integer())) return {};
    const std::string id{trim(text_of(*value))};
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    return id.size() > longest_id || std::ranges::any_of(id, is_control) ? CallId{} : CallId{id};
}

std::optional<UtcTime> time_of(const json& value) {
    std::optional<UtcTime> time;
    if (value.is_number_integer()) {
        time = parse_utc(value.dump());
    } else if (value.is_number_float()) {
        const auto number = value.get<double>();  // Unix seconds with a fraction, or milliseconds
        if (!(number > 0 && number < 1e15)) return std::nullopt;
        time = from_unix_ms(std::llround(number < 1e11 ? number * 1000 : number));
    } else if (value.is_string()) {
        time = parse_utc(trim(value.get_ref<const std::string&>()));
    }
    if (!time || to_unix_ms(*time) < 0 || to_unix_ms(*time) > last_moment_ms) return std::nullopt;
    return time;
}

std::optional<Seconds> duration_of(const json& record, const std::optional<JsonPath>& path) {
    const auto* value = path ? find(record, *path) : nullptr;
    if (value == nullptr) return std::nullopt;
    if (value->is_number()) return to_duration(value->get<double>());
    if (value->is_string()) return parse_duration(value->get_ref<const std::string&>());
    return std::nullopt;
}

// A list of questions and answers, or an object whose keys are the questions.
std::vector<FormAnswer> form_answers_of(const json& record, const CallMapping& mapping) {
    std::vector<FormAnswer> answers;
    if (!mapping.form_answers) return answers;
    const auto& mapped = *mapping.form_answers;
    const auto* form = find(record, mapped.each);
    if (form == nullptr || !form->is_structured()) return answers;
    for (const auto& [key, item] : form->items()) {
        FormAnswer answer;
        if (form->is_object()) {
            answer = {clean_text(key), text_of(item)};
        } else if (item.is_object()) {
            answer = {text_at(item, mapped.question), text_at(item, mapped.answer)};
        } else {
            answer = {"", text_of(item)};
        }
        if (answer != FormAnswer{}) answers.push_back(std::move(answer));
    }
    return answers;
}

bool is_one_of(const std::vector<std::string>& words, const json& record, const JsonPath& path) {
    const auto said = lower_case(trim(text_at(record, path)));
    return std::ranges::any_of(words,
                               [&](const std::string& word) { return lower_case(word) == said; });
}

Call call_of(const json& record, const CallMapping& mapping, CallId id, UtcTime called_at) {
    const auto& outcome = mapping.outcome;
    Call call{.id = std::move(id),
              .called_at = called_at,
              .duration = duration_of(record, mapping.duration_s),
              .missed = outcome && is_one_of(outcome->missed, record, outcome->path),
              .ongoing = outcome && is_one_of(outcome->ongoing, record, outcome->path),
              .form_answers = form_answers_of(record, mapping)};
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        call.*call_texts[i].field = text_at(record, mapping.texts[i]);
    }
    return call;
}

UnreadableRecord unreadable(std::string_view raw, CallId id, std::string why) {
    const auto key = id.empty() ? CallId{"unreadable:" + stable_hash(raw)} : std::move(id);
    return {.key = key, .raw = clean_text(std::string{raw}), .why = std::move(why)};
}

json parse_leniently(std::string_view raw) {
    if (nesting_of(raw) > deepest_record) return parse_leniently(prune_json(raw, deepest_record));
    auto record = json::parse(raw, nullptr, false);
    return record.is_discarded() ? json::parse(repair_json(raw), nullptr, false) : record;
}

std::string cursor_at(const json& envelope, const JsonPath& path) {
    const auto* value = find(envelope, path);
    if (value == nullptr || !(value->is_string() || value->is_number_integer())) return {};
    return text_of(*value);
}

std::optional<std::int64_t> total_at(const json& envelope, const std::optional<JsonPath>& path) {
    const auto number = parse_number<double>(text_at(envelope, path));
    if (!number || !(*number >= 0 && *number < 1e15)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

}  // namespace

std::variant<Call, UnreadableRecord> read_record(std::string_view raw, const CallMapping& mapping) {
    const auto record = parse_leniently(raw);
    if (record.is_discarded()) return unreadable(raw, "", "it is not valid JSON");
    if (!record.is_object()) return unreadable(raw, "", "it is not a JSON object");
    auto id = id_of(record, mapping.id);
    if (id.empty()) return unreadable(raw, "", "there is no usable id at " + mapping.id.text);
    const auto* moment = find(record, mapping.called_at);
    const auto called_at = moment == nullptr ? std::nullopt : time_of(*moment);
    if (!called_at) {
        return unreadable(raw, std::move(id),
                          "there is no valid time with a time zone at " + mapping.called_at.text);
    }
    return call_of(record, mapping, std::move(id), *called_at);
}

std::optional<UnreadablePage> fault_in_page(const std::string& body, const CallStream& stream) {
    const auto found = find_list(body, stream.record_selector);
    if (found || found.error() != NotSplit::no_list) return std::nullopt;
    return json::accept(body) ? UnreadablePage::no_list : UnreadablePage::no_json;
}

std::expected<ListedPage, UnreadablePage> read_listed_page(std::string body,
                                                           const CallStream& stream,
                                                           const CallMapping& mapping) {
    const auto text = clean_text(std::move(body));
    const auto split = split_records(text, stream.record_selector);
    if (!split) {
        const bool other_json = split.error() == NotSplit::no_list && json::accept(text);
        return std::unexpected(other_json ? UnreadablePage::no_list : UnreadablePage::no_json);
    }
    const auto envelope = json::parse(split->envelope, nullptr, false);
    if (envelope.is_discarded()) return std::unexpected(UnreadablePage::no_json);
    ListedPage page;
    for (const auto raw : split->records) {
        auto record = read_record(raw, mapping);
        if (auto* call = std::get_if<Call>(&record)) {
            page.calls.push_back(std::move(*call));
        } else {
            page.unreadable.push_back(std::move(std::get<UnreadableRecord>(record)));
        }
    }
    if (const auto* pages = std::get_if<PageNumbers>(&stream.paginator)) {
        page.total = total_at(envelope, pages->total);
    } else if (const auto* cursors = std::get_if<Cursors>(&stream.paginator)) {
        page.next_cursor = cursor_at(envelope, cursors->path);
    }
    return page;
}

}  // namespace ringbridge::receptionist

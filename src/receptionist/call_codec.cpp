#include "receptionist/call_codec.hpp"

#include "core/number.hpp"
#include "core/text.hpp"
#include "receptionist/duration.hpp"
#include "receptionist/local_time.hpp"
#include "receptionist/record_split.hpp"
#include "receptionist/record_values_codec.hpp"
#include "receptionist/text.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <span>
#include <tuple>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;
using Seconds = std::chrono::seconds;

constexpr std::size_t longest_id = 200;
// Where an object has what a person would read of it.
constexpr std::initializer_list<const char*> words_of_an_object{"text", "content", "message",
                                                                "value", "name"};
// Times that every side can represent: 1970 to 9999.
constexpr std::int64_t last_moment_ms = 253'402'300'799'999;

std::string text_of(const json& value);

bool is_blank(const json& value) {
    if (value.is_null()) return true;
    if (value.is_string()) return trim(value.get_ref<const std::string&>()).empty();
    return value.is_structured() && value.empty();
}

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
    const auto* words = first_member(object, words_of_an_object);
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

std::string text_at(const json& record, const Source& source) {
    const auto* value = first_of(record, source);
    return value == nullptr ? source.constant : text_of(*value);
}

// The number in `sip:+15718308515@example.com;user=phone` and `tel:+1-571-830-8515`.
std::string without_scheme(const std::string& address) {
    for (const std::string_view scheme : {"sip:", "sips:", "tel:"}) {
        const auto at = lower_case(address).find(scheme);
        if (at == std::string::npos) continue;
        const auto begin = at + scheme.size();
        return address.substr(begin, address.find_first_of("@;>", begin) - begin);
    }
    return address;
}

std::string phone_at(const json& record, const Source& source) {
    const auto* value = first_of(record, source);
    if (value == nullptr) return source.constant;
    const auto* number = value;
    if (value->is_object()) {
        number = first_member(*value, {"e164", "E164", "number", "phone", "phone_number",
                                       "phoneNumber", "value", "raw"});
    }
    return without_scheme(text_of(number == nullptr ? *value : *number));
}

CallId id_of(const json& record, const Source& source) {
    const auto* value = first_of(record, source);
    if (value == nullptr || !(value->is_string() || value->is_number_integer())) return {};
    const std::string id{trim(text_of(*value))};
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    return id.size() > longest_id || std::ranges::any_of(id, is_control) ? CallId{} : CallId{id};
}

std::optional<UtcTime> time_in(const std::string& text, const TimeSource& source) {
    if (!source.format.empty()) return parse_local(text, source.format, source.zone);
    const auto time = parse_utc(trim(text));
    return time || source.zone.empty() ? time : parse_local(text, "", source.zone);
}

std::optional<UtcTime> time_of(const json& value, const TimeSource& source) {
    std::optional<UtcTime> time;
    if (value.is_number_integer()) {
        time = parse_utc(value.dump());
    } else if (value.is_number_float()) {
        const auto number = value.get<double>();  // Unix seconds with a fraction, or milliseconds
        if (!(number > 0 && number < 1e15)) return std::nullopt;
        time = from_unix_ms(std::llround(number < 1e11 ? number * 1000 : number));
    } else if (value.is_string()) {
        time = time_in(value.get_ref<const std::string&>(), source);
    }
    if (!time || to_unix_ms(*time) < 0 || to_unix_ms(*time) > last_moment_ms) return std::nullopt;
    return time;
}

std::optional<UtcTime> time_at(const json& record, const TimeSource& source) {
    const auto* value = first_of(record, source.source);
    return value == nullptr ? std::nullopt : time_of(*value, source);
}

std::optional<Seconds> length_of(const json& value, Milliseconds unit) {
    const auto in_seconds = static_cast<double>(unit.count()) / 1000;
    if (value.is_number()) return to_duration(value.get<double>() * in_seconds);
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    const auto number = parse_decimal(text);
    return number ? to_duration(*number * in_seconds) : parse_duration(text);
}

std::optional<Seconds> duration_of(const json& record, const DurationSource& source) {
    if (source.from && source.until) {
        const auto from = time_at(record, *source.from), until = time_at(record, *source.until);
        if (!from || !until) return std::nullopt;
        return to_duration(std::chrono::duration<double>{*until - *from}.count());
    }
    const auto* value = first_of(record, source.length);
    return value == nullptr ? std::nullopt : length_of(*value, source.unit);
}

void add_answer(const std::string& key, const json& item, const FormAnswers& mapped,
                std::vector<FormAnswer>& answers) {
    FormAnswer answer{clean_text(key), {}};
    if (item.is_structured() && mapped.question) {
        const auto question = text_at(item, mapped.question);
        if (!question.empty()) answer.question = question;
        answer.answer = text_at(item, mapped.answer);
    }
    const bool is_nested =
        item.is_object() && !key.empty() && first_member(item, words_of_an_object) == nullptr;
    if (answer.answer.empty() && is_nested) {
        for (const auto& [name, inner] : item.items()) {
            add_answer(key + ": " + name, inner, mapped, answers);
        }
        return;
    }
    const bool is_mapped = item.is_structured() && mapped.question && key.empty();
    if (answer.answer.empty() && !is_mapped) answer.answer = text_of(item);
    if (answer != FormAnswer{}) answers.push_back(std::move(answer));
}

void add_answers(const json& value, std::span<const JsonPath::Step> steps,
                 const FormAnswers& mapped, std::vector<FormAnswer>& answers) {
    if (steps.empty()) return;
    const auto rest = steps.subspan(1);
    if (!std::holds_alternative<JsonPath::EachElement>(steps.front())) {
        const auto* next = take_step(value, steps.front());
        if (next != nullptr) add_answers(*next, rest, mapped, answers);
        return;
    }
    if (!value.is_structured()) return;
    for (const auto& [key, item] : value.items()) {
        if (rest.empty()) {
            add_answer(value.is_object() ? key : "", item, mapped, answers);
        } else {
            add_answers(item, rest, mapped, answers);
        }
    }
}

std::vector<FormAnswer> form_answers_of(const json& record, const CallMapping& mapping) {
    std::vector<FormAnswer> answers;
    if (mapping.form_answers) {
        add_answers(record, mapping.form_answers->each.steps, *mapping.form_answers, answers);
    }
    return answers;
}

bool is_one_of(const Words& words, const json& record) {
    const auto* value = first_of(record, words.source);
    const auto said = value == nullptr      ? words.source.constant
                      : value->is_boolean() ? value->dump()
                                            : lower_case(trim(text_of(*value)));
    return std::ranges::any_of(words.words,
                               [&](const std::string& word) { return lower_case(word) == said; });
}

bool is_one_of(const std::optional<Words>& words, const json& record) {
    return words && is_one_of(*words, record);
}

CallMark mark_of(const json& record, const CallMapping& mapping) {
    if (is_one_of(mapping.deleted, record)) return CallMark::deleted;
    return is_one_of(mapping.spam, record) ? CallMark::spam : CallMark::none;
}

// As dialled: the caller is the outside party.
void take_dialled(const json& record, const CallMapping& mapping, Call& call) {
    const auto from = mapping.from_phone ? phone_at(record, *mapping.from_phone) : "";
    const auto to = mapping.to_phone ? phone_at(record, *mapping.to_phone) : "";
    call.caller_phone = call.outbound ? to : from;
    call.agent_phone = call.outbound ? from : to;
}

Call call_of(const json& record, const CallMapping& mapping, CallId id, UtcTime called_at) {
    Call call{.id = std::move(id),
              .called_at = called_at,
              .duration = mapping.duration ? duration_of(record, *mapping.duration) : std::nullopt,
              .missed = is_one_of(mapping.missed, record),
              .ongoing = is_one_of(mapping.ongoing, record),
              .outbound = is_one_of(mapping.outbound, record),
              .mark = mark_of(record, mapping),
              .form_answers = form_answers_of(record, mapping)};
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        const auto& [source, text] = std::tie(mapping.texts[i], call_texts[i]);
        if (!source) continue;
        call.*text.field = text.is_phone ? phone_at(record, *source) : text_at(record, *source);
    }
    if (mapping.from_phone || mapping.to_phone) take_dialled(record, mapping, call);
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

// Text that is JSON itself is replaced by what it says, where the path goes on into it.
void open_text(json& record, const JsonPath& path) {
    auto* value = &record;
    for (const auto& step : path.steps) {
        if (value->is_string()) {
            auto inside = parse_leniently(value->get_ref<const std::string&>());
            if (!inside.is_structured()) return;
            *value = std::move(inside);
        }
        value = take_step(*value, step);
        if (value == nullptr) return;
    }
}

void open_texts(json& record, const CallMapping& mapping) {
    const auto open = [&](const std::optional<Source>& source) {
        if (!source) return;
        for (const auto& path : source->paths) open_text(record, path);
    };
    open(mapping.id);
    open(mapping.called_at.source);
    if (mapping.duration) {
        open(mapping.duration->length);
        if (mapping.duration->from) open(mapping.duration->from->source);
        if (mapping.duration->until) open(mapping.duration->until->source);
    }
    for (const auto& source : mapping.texts) open(source);
    open(mapping.from_phone);
    open(mapping.to_phone);
    for (const auto* words :
         {&mapping.missed, &mapping.ongoing, &mapping.outbound, &mapping.spam, &mapping.deleted}) {
        if (*words) open((*words)->source);
    }
    if (mapping.form_answers) open_text(record, mapping.form_answers->each);
}

void merge_over(json& record, const json& detail) {
    for (const auto& [name, value] : detail.items()) {
        auto& member = record[name];
        if (value.is_object() && member.is_object()) {
            merge_over(member, value);
        } else if (!is_blank(value)) {
            member = value;
        }
    }
}

// Whether the listing's filter takes the record for a call.
bool is_call(const json& record, const std::vector<RecordFilter>& filter) {
    return std::ranges::all_of(filter, [&](const RecordFilter& rule) {
        return is_one_of(rule.words, record) == rule.wanted;
    });
}

std::string cursor_at(const json& envelope, const JsonPath& path) {
    const auto* value = find(envelope, path);
    if (value == nullptr || !(value->is_string() || value->is_number_integer())) return {};
    return text_of(*value);
}

std::string next_cursor_in(const json& envelope, const std::vector<std::string_view>& records,
                           const decltype(CallStream::paginator)& paginator) {
    if (const auto* links = std::get_if<Links>(&paginator)) {
        return links->path ? cursor_at(envelope, *links->path) : std::string{};
    }
    const auto* cursors = std::get_if<Cursors>(&paginator);
    if (cursors == nullptr) return {};
    if (!cursors->in_last_record) return cursor_at(envelope, cursors->path);
    return records.empty() ? std::string{}
                           : cursor_at(parse_leniently(records.back()), cursors->path);
}

// A truth value, or a count or an address of what follows.
std::optional<bool> has_more_at(const json& envelope, const std::optional<JsonPath>& path) {
    const auto* value = path ? find(envelope, *path) : nullptr;
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->get<bool>();
    if (value->is_number()) return value->get<double>() > 0;
    const auto text = lower_case(trim(text_of(*value)));
    return !text.empty() && text != "false" && text != "no" && text != "0";
}

std::optional<std::int64_t> total_at(const json& envelope, const std::optional<JsonPath>& path) {
    const auto number = parse_number<double>(text_at(envelope, path));
    if (!number || !(*number >= 0 && *number < 1e15)) return std::nullopt;
    return static_cast<std::int64_t>(*number);
}

}  // namespace

const json* first_of(const json& record, const Source& source) {
    for (const auto& path : source.paths) {
        const auto* value = find(record, path);
        if (value != nullptr && !is_blank(*value)) return value;
    }
    return nullptr;
}

json parse_record(std::string_view raw, const CallMapping& mapping) {
    auto record = parse_leniently(raw);
    if (record.is_object()) open_texts(record, mapping);
    return record;
}

std::variant<Call, UnreadableRecord> read_record(std::string_view raw, const CallMapping& mapping) {
    const auto record = parse_record(raw, mapping);
    if (record.is_discarded()) return unreadable(raw, "", "it is not valid JSON");
    if (!record.is_object()) return unreadable(raw, "", "it is not a JSON object");
    auto id = id_of(record, mapping.id);
    if (id.empty()) return unreadable(raw, "", "there is no usable id at " + to_text(mapping.id));
    const auto called_at = time_at(record, mapping.called_at);
    if (!called_at) {
        const bool has_zone = !mapping.called_at.zone.empty() || !mapping.called_at.format.empty();
        return unreadable(raw, std::move(id),
                          std::string{"there is no valid time "} +
                              (has_zone ? "in the profile's format" : "with a time zone") + " at " +
                              to_text(mapping.called_at.source));
    }
    return call_of(record, mapping, std::move(id), *called_at);
}

Values values_of_record(std::string_view raw, const std::vector<std::string>& names) {
    const auto record = parse_leniently(raw);
    Values values;
    for (const auto& name : names) {
        const auto path = parse_json_path("$" + name.substr(name.find('.')));
        if (path) values[name] = text_at(record, path);
    }
    return values;
}

std::optional<std::string> merge_detail(std::string_view raw, const std::string& body,
                                        const JsonPath& path) {
    auto record = parse_leniently(raw);
    const auto answer = parse_leniently(clean_text(body));
    const auto* detail = find(answer, path);
    if (!record.is_object() || detail == nullptr || !detail->is_object()) return std::nullopt;
    merge_over(record, *detail);
    return record.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::optional<std::set<std::string>> agents_in(std::string body, const AgentList& agents) {
    const auto text = clean_text(std::move(body));
    const auto split = split_records(text, agents.record_selector);
    if (!split) return std::nullopt;
    std::set<std::string> ids;
    for (const auto raw : split->records) {
        const auto id = text_at(parse_leniently(raw), std::optional{agents.id});
        if (!id.empty()) ids.insert(id);
    }
    if (ids.empty() && !split->records.empty()) return std::nullopt;
    return ids;
}

std::string hash_of_record(std::string_view raw) {
    std::string text;
    bool in_address = false, in_query = false;
    for (std::size_t at = 0; at < raw.size(); ++at) {
        const char c = raw[at];
        if (raw.substr(at).starts_with("https://") || raw.substr(at).starts_with("http://")) {
            in_address = true;
        }
        if (c == '"' || c == ' ' || c == '\\') in_address = in_query = false;
        if (in_address && (c == '?' || c == '#')) in_query = true;
        if (!in_query) text += c;
    }
    return stable_hash(text);
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
        if (!stream.record_filter.empty() && !is_call(parse_leniently(raw), stream.record_filter)) {
            page.others.push_back(stable_hash(raw));
            continue;
        }
        auto record = read_record(raw, mapping);
        if (auto* call = std::get_if<Call>(&record)) {
            page.calls.push_back(std::move(*call));
            if (stream.detail) page.records.emplace_back(raw);
        } else {
            page.unreadable.push_back(std::move(std::get<UnreadableRecord>(record)));
        }
    }
    page.total = total_at(envelope, stream.total);
    page.has_more = has_more_at(envelope, stream.has_more);
    page.next_cursor = next_cursor_in(envelope, split->records, stream.paginator);
    return page;
}

}  // namespace ringbridge::receptionist

#include "receptionist/call_codec.hpp"

#include "core/match.hpp"
#include "core/parse_number.hpp"
#include "core/text.hpp"
#include "receptionist/answers_codec.hpp"
#include "receptionist/duration.hpp"
#include "receptionist/local_time.hpp"
#include "receptionist/never_keep.hpp"
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
// Times that every side can represent: 1970 to 9999.
constexpr std::int64_t last_moment_ms = 253'402'300'799'999;

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
        number = first_member(*value, number_in_an_object);
    }
    return without_scheme(text_of(number == nullptr ? *value : *number));
}

std::optional<UtcTime> time_in(const std::string& text, const TimeSource& source) {
    if (!source.format.empty()) return parse_local(text, source.format, source.zone);
    const auto time = parse_utc(trim(text));
    return time || source.zone.empty() ? time : parse_local(text, "", source.zone);
}

std::optional<Seconds> length_of(const json& value, Milliseconds unit) {
    const auto in_seconds = static_cast<double>(unit.count()) / 1000;
    if (value.is_number()) return to_duration(value.get<double>() * in_seconds);
    if (!value.is_string()) return std::nullopt;
    const auto& text = value.get_ref<const std::string&>();
    const auto number = parse_decimal(text);
    return number ? to_duration(*number * in_seconds) : parse_duration(text);
}

std::optional<Seconds> duration_of(const json& record, const std::vector<DurationSource>& sources) {
    for (const auto& source : sources) {
        if (const auto duration = duration_of(record, source)) return duration;
    }
    return std::nullopt;
}

CallMark mark_of(const json& record, const CallMapping& mapping) {
    if (holds(mapping.deleted, record)) return CallMark::deleted;
    return holds(mapping.spam, record) ? CallMark::spam : CallMark::none;
}

CallKind kind_of(const json& record, const CallMapping& mapping) {
    if (holds(mapping.web, record)) return CallKind::web;
    return holds(mapping.outbound, record) ? CallKind::outbound : CallKind::inbound;
}

// As dialled: the caller is the outside party.
void take_dialled(const json& record, const CallMapping& mapping, Call& call) {
    const auto from = mapping.from_phone ? phone_at(record, *mapping.from_phone) : "";
    const auto to = mapping.to_phone ? phone_at(record, *mapping.to_phone) : "";
    const bool outbound = call.kind == CallKind::outbound;
    call.caller_phone = outbound ? to : from;
    call.agent_phone = outbound ? from : to;
}

void take_answered_name(const NameQuestions& asked, Call& call) {
    if (!asked.before_path && !trim(call.caller_name).empty()) return;
    auto name = answer_to(call.form_answers, asked.questions);
    if (!name.empty()) call.caller_name = std::move(name);
}

Call call_of(const json& record, const CallMapping& mapping, CallId id,
             std::optional<UtcTime> called_at) {
    Call call{.id = std::move(id),
              .called_at = called_at.value_or(UtcTime{}),
              .duration = duration_of(record, mapping.duration),
              .missed = holds(mapping.missed, record),
              .ongoing = holds(mapping.ongoing, record),
              .kind = kind_of(record, mapping),
              .undated = !called_at,
              .mark = mark_of(record, mapping),
              .form_answers = form_answers_of(record, mapping)};
    for (std::size_t i = 0; i < call_texts.size(); ++i) {
        const auto& [source, text] = std::tie(mapping.texts[i], call_texts[i]);
        if (!source) continue;
        call.*text.field = text.is_phone ? phone_at(record, *source) : text_at(record, *source);
    }
    if (mapping.from_phone || mapping.to_phone) take_dialled(record, mapping, call);
    if (mapping.name_questions) take_answered_name(*mapping.name_questions, call);
    return call;
}

UnreadableRecord unreadable(std::string_view raw, CallId key, std::string why,
                            const CallMapping& mapping) {
    if (key.empty()) key = CallId{"unreadable:" + hash_of_record(raw)};
    return {.key = std::move(key),
            .raw = clean_text(without_unkept(raw, mapping.never_keep)),
            .why = std::move(why)};
}

// By its time and its caller, where it has no id.
CallId key_of(const json& record, const CallMapping& mapping) {
    auto id = id_of(record, mapping.id);
    if (!id.empty() || !record.is_object()) return id;
    const auto called_at = time_at(record, mapping.called_at);
    if (!called_at) return id;
    return key_without_id(*called_at, call_of(record, mapping, {}, called_at).caller_phone);
}

std::variant<Call, UnreadableRecord> read(const json& record, std::string_view raw,
                                          const CallMapping& mapping) {
    const auto refuse = [&](CallId key, std::string why) {
        return unreadable(raw, std::move(key), std::move(why), mapping);
    };
    if (record.is_discarded()) return refuse("", "it is not valid JSON");
    if (!record.is_object()) return refuse("", "it is not a JSON object");
    auto id = id_of(record, mapping.id);
    if (id.empty()) {
        return refuse(key_of(record, mapping), "there is no usable id at " + to_text(mapping.id));
    }
    const auto called_at = time_at(record, mapping.called_at);
    const bool missing = first_of(record, mapping.called_at.source) == nullptr;
    if (!called_at && !(missing && mapping.else_received)) {
        const bool has_zone = !mapping.called_at.zone.empty() || !mapping.called_at.format.empty();
        return refuse(std::move(id),
                      std::string{"there is no valid time "} +
                          (has_zone ? "in the profile's format" : "with a time zone") + " at " +
                          to_text(mapping.called_at.source));
    }
    return call_of(record, mapping, std::move(id), called_at);
}

// Sorts records of one profile into calls and others.
class RecordSorter {
  public:
    RecordSorter(const CallStream& stream, const CallMapping& mapping)
        : stream_{stream}, mapping_{mapping}, fields_{stream, mapping} {}

    void sort(std::string_view raw, ReadRecords& into) const {
        const auto record = parse_record(raw, mapping_);
        auto states = record.is_object() ? fields_.states_of(record) : FieldStates{};
        if (!all_hold(stream_.record_filter, record)) {
            into.left_out.push_back(unreadable(raw, key_of(record, mapping_), "", mapping_));
            into.left_out.back().fields = std::move(states);
            return;
        }
        auto what = read(record, raw, mapping_);
        if (auto* call = std::get_if<Call>(&what)) {
            into.calls.push_back(std::move(*call));
            into.records.push_back({without_unkept(raw, mapping_.never_keep), std::move(states)});
        } else {
            into.unreadable.push_back(std::move(std::get<UnreadableRecord>(what)));
            into.unreadable.back().fields = std::move(states);
        }
    }

  private:
    const CallStream& stream_;
    const CallMapping& mapping_;
    const FieldReader fields_;
};

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

std::string cursor_at(const json& envelope, const JsonPath& path) {
    const auto* value = find(envelope, path);
    if (value == nullptr || !(value->is_string() || value->is_number_integer())) return {};
    return text_of(*value);
}

std::string last_record_at(const std::vector<std::string_view>& records, const JsonPath& path) {
    return records.empty() ? std::string{} : cursor_at(parse_leniently(records.back()), path);
}

std::string next_cursor_in(const json& envelope, const std::vector<std::string_view>& records,
                           const Paging& paging) {
    return match(
        paging.paginator, [](const SinglePage&) { return std::string{}; },
        [](const PageNumbers&) { return std::string{}; },
        [](const Offsets&) { return std::string{}; },
        [&](const Cursors& cursors) {
            return cursors.in_last_record ? last_record_at(records, cursors.path)
                                          : cursor_at(envelope, cursors.path);
        },
        [&](const Links& links) {
            return links.path ? cursor_at(envelope, *links.path) : std::string{};
        },
        [&](const Times& times) { return last_record_at(records, times.last_record); });
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

PageSigns signs_of(const SplitPage& page, const Paging& paging) {
    const auto envelope = json::parse(page.envelope, nullptr, false);
    PageSigns signs{.total = total_at(envelope, paging.total),
                    .has_more = has_more_at(envelope, paging.has_more),
                    .next_cursor = next_cursor_in(envelope, page.records, paging)};
    // The last page's cursor may be stale.
    if (signs.has_more == false) signs.next_cursor.clear();
    return signs;
}

bool has_looked_up(const json& record, const Lookup& lookup) {
    if (!record.is_object()) return true;
    const auto member = record.find(lookup.as);
    return member != record.end() && !is_blank(*member);
}

}  // namespace

std::string with_looked_up(std::string_view raw, const std::optional<Lookup>& lookup,
                           const LookedUp& objects) {
    if (!lookup || objects.empty()) return std::string{raw};
    auto record = parse_leniently(raw);
    const auto found = objects.find(text_at(record, std::optional{lookup->of}));
    if (found == objects.end() || found->second.empty() || has_looked_up(record, *lookup)) {
        return std::string{raw};
    }
    record[lookup->as] = parse_leniently(found->second);
    return record.dump(-1, ' ', false, json::error_handler_t::replace);
}

CallId id_of(const json& record, const Source& source) {
    const auto* value = first_of(record, source);
    if (value == nullptr || !(value->is_string() || value->is_number_integer())) return {};
    const std::string id{trim(text_of(*value))};
    const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
    return id.size() > longest_id || std::ranges::any_of(id, is_control) ? CallId{} : CallId{id};
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

std::optional<std::chrono::seconds> duration_of(const json& record, const DurationSource& source) {
    if (source.from && source.until) {
        const auto from = time_at(record, *source.from), until = time_at(record, *source.until);
        if (!from || !until) return std::nullopt;
        return to_duration(std::chrono::duration<double>{*until - *from}.count());
    }
    const auto* value = first_of(record, source.length);
    if (value != nullptr) return length_of(*value, source.unit);
    return source.length.constant.empty() ? std::nullopt
                                          : length_of(source.length.constant, source.unit);
}

std::variant<Call, UnreadableRecord> read_record(std::string_view raw, const CallMapping& mapping) {
    return read(parse_record(raw, mapping), raw, mapping);
}

CallId id_of_record(std::string_view raw, const CallMapping& mapping) {
    const auto record = parse_record(raw, mapping);
    return record.is_object() ? id_of(record, mapping.id) : CallId{};
}

Values values_of_record(std::string_view raw, const std::vector<std::string>& names) {
    const auto record = parse_leniently(raw);
    Values values;
    for (const auto& name : names) {
        if (!name.starts_with("record.")) continue;  // the session's
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

std::optional<AgentPage> agents_in(std::string body, const AgentList& agents) {
    const auto text = clean_text(std::move(body));
    const auto split = split_records(text, agents.record_selector);
    if (!split) return std::nullopt;
    AgentPage page{
        .ids = {}, .count = split->records.size(), .signs = signs_of(*split, agents.paging)};
    for (const auto raw : split->records) {
        const auto id = text_at(parse_leniently(raw), std::optional{agents.id});
        if (!id.empty()) page.ids.insert(id);
    }
    if (page.ids.empty() && page.count > 0) return std::nullopt;
    return page;
}

std::optional<LookedUp> looked_up_in(std::string body, const Lookup& lookup,
                                     const CallMapping& mapping) {
    const auto text = clean_text(std::move(body));
    const auto split = split_records(text, lookup.record_selector);
    if (!split) return std::nullopt;
    LookedUp objects;
    for (const auto raw : split->records) {
        const auto id = text_at(parse_leniently(raw), std::optional{lookup.id});
        if (!id.empty()) objects[id] = without_unkept(raw, mapping.never_keep);
    }
    return objects;
}

std::set<std::string> ids_to_look_up(const std::string& body, const CallStream& stream) {
    std::set<std::string> ids;
    const auto split = split_records(body, stream.record_selector);
    if (!stream.lookup || !split) return ids;
    for (const auto raw : split->records) {
        const auto record = parse_leniently(raw);
        if (!has_looked_up(record, *stream.lookup)) {
            ids.insert(text_at(record, std::optional{stream.lookup->of}));
        }
    }
    ids.erase("");
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

ReadRecords read_records(const std::vector<std::string>& raws, const CallStream& stream,
                         const CallMapping& mapping) {
    ReadRecords read;
    const RecordSorter sorter{stream, mapping};
    for (const auto& raw : raws) sorter.sort(raw, read);
    return read;
}

std::expected<ListedPage, UnreadablePage> read_listed_page(std::string body,
                                                           const CallStream& stream,
                                                           const CallMapping& mapping,
                                                           const LookedUp& looked_up) {
    const auto text = clean_text(std::move(body));
    const auto split = split_records(text, stream.record_selector);
    if (!split) {
        const bool other_json = split.error() == NotSplit::no_list && json::accept(text);
        return std::unexpected(other_json ? UnreadablePage::no_list : UnreadablePage::no_json);
    }
    if (!json::accept(split->envelope)) return std::unexpected(UnreadablePage::no_json);
    ListedPage page;
    const RecordSorter sorter{stream, mapping};
    for (const auto listed : split->records) {
        sorter.sort(with_looked_up(listed, stream.lookup, looked_up), page);
    }
    static_cast<PageSigns&>(page) = signs_of(*split, stream.paging);
    return page;
}

}  // namespace ringbridge::receptionist

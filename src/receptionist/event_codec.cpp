// A webhook body -> what it says: see event.hpp.
#include "core/text.hpp"
#include "receptionist/event.hpp"
#include "receptionist/record_values_codec.hpp"
#include "receptionist/text.hpp"

#include <algorithm>

namespace ringbridge::receptionist {
namespace {

using nlohmann::json;

constexpr const char* about_event = "webhook_event";

std::string dumped(const json& value) {
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

// Empty if there is none; of an object or a list, its JSON.
std::string word_at(const json& event, const JsonPath& path) {
    const auto* value = find(event, path);
    if (value == nullptr || value->is_null()) return {};
    return value->is_string() ? std::string{trim(value->get_ref<const std::string&>())}
                              : dumped(*value);
}

bool is_one_of(const std::vector<std::string>& words, const std::string& word) {
    return std::ranges::any_of(
        words, [&](const auto& one) { return lower_case(one) == lower_case(word); });
}

const json* record_in(const json& event, const std::vector<JsonPath>& paths) {
    for (const auto& path : paths) {
        const auto* record = find(event, path);
        if (record != nullptr && record->is_object()) return record;
    }
    return nullptr;
}

std::string to_text(const std::vector<JsonPath>& paths) {
    return to_text(Source{.paths = paths, .constant = {}});
}

// `about`: what is added to a record of its event.
EventAge age_of(const json& about, const Webhook& webhook) {
    EventAge age;
    const auto kind = about.find("kind"), updated_at = about.find("updated_at");
    const bool updates = webhook.event && kind != about.end() && kind->is_string() &&
                         is_one_of(webhook.event->updated, *kind);
    age.rank = updates ? 1 : 0;
    if (updated_at != about.end()) age.at = time_of(*updated_at, {});
    return age;
}

UnreadableRecord odd(const std::string& body, std::string why) {
    return {.key = CallId{"unreadable:" + stable_hash(body)}, .raw = body, .why = std::move(why)};
}

}  // namespace

std::variant<NoJson, OtherEvent, CallEvent, UnreadableRecord> read_event(const std::string& body,
                                                                         const Webhook& webhook) {
    if (clean_text(body) != body) return NoJson{"the body is not UTF-8"};
    const auto event = parse_leniently(body);
    if (event.is_discarded()) return NoJson{"the body is not JSON"};
    if (!event.is_object()) return NoJson{"the body is JSON, but not an object"};
    json about{{"kind", ""}};
    if (webhook.event) {
        const auto& [path, finished, updated, ignored] = *webhook.event;
        const auto kind = word_at(event, path);
        if (is_one_of(ignored, kind)) return OtherEvent{};
        if (kind.empty()) return odd(body, "the event does not say what it is at " + path.text);
        if (!is_one_of(finished, kind) && !is_one_of(updated, kind)) return OtherEvent{};
        about["kind"] = kind;
    }
    const auto* found = record_in(event, webhook.record);
    if (found == nullptr) return odd(body, "the event has no call at " + to_text(webhook.record));
    const auto* updated_at = webhook.updated_at ? find(event, *webhook.updated_at) : nullptr;
    if (updated_at != nullptr) about["updated_at"] = *updated_at;
    json record = *found;
    record[about_event] = about;
    return CallEvent{.record = dumped(record), .age = age_of(about, webhook)};
}

std::optional<EventAge> event_age_in(const std::string& record, const Webhook& webhook) {
    const auto read = parse_leniently(record);
    const auto about = read.is_object() ? read.find(about_event) : read.end();
    if (about == read.end() || !about->is_object()) return std::nullopt;
    return age_of(*about, webhook);
}

}  // namespace ringbridge::receptionist

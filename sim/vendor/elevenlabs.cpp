// ElevenLabs Agents: conversations (SDK @elevenlabs/elevenlabs-js 2.73.0).
#include "sim/vendor/dialect.hpp"

#include <algorithm>

namespace ringbridge::sim::vendor {
namespace {

using Kind = VendorCall::Kind;
using State = VendorCall::State;

constexpr std::string_view list_path = "/v1/convai/conversations";
constexpr std::int64_t page_size_max = 100;

std::int64_t unix_s(UtcTime time) { return unix_ms(time) / 1000; }

std::string status_of(const VendorCall& call) {
    if (call.state == State::ongoing) return "in-progress";
    return call.state == State::unanswered ? "failed" : "done";
}

Json direction_of(const VendorCall& call) {
    if (call.kind == Kind::web) return nullptr;
    return call.kind == Kind::outbound ? "outbound" : "inbound";
}

Json text_or_null(const std::string& text) { return text.empty() ? Json() : Json(text); }

Json row_of(const VendorCall& call) {
    return {{"agent_id", call.agents.front()},
            {"agent_name", "Front desk"},
            {"conversation_id", call.id},
            {"start_time_unix_secs", unix_s(call.at)},
            {"call_duration_secs", call.seconds},
            {"message_count", call.turns.size()},
            {"status", status_of(call)},
            {"call_successful", is_analysed(call) ? "success" : "unknown"},
            {"transcript_summary", text_or_null(call.summary)},
            {"call_summary_title", text_or_null(call.title)},
            {"direction", direction_of(call)},
            {"tool_names", Json::array()}};
}

Json transcript_of(const VendorCall& call) {
    auto turns = Json::array();
    int at = 0;
    for (const auto& [speaker, words] : call.turns) {
        turns.push_back({{"role", speaker}, {"message", words}, {"time_in_call_secs", at++}});
        if (speaker != "agent") continue;
        turns.push_back({{"role", "agent"},
                         {"message", nullptr},
                         {"time_in_call_secs", at},
                         {"tool_calls",
                          {{{"type", "webhook"},
                            {"request_id", "req_1"},
                            {"tool_name", "find_slot"},
                            {"params_as_json", "{\"key\":\"" + std::string{vendor_secret} + "\"}"},
                            {"tool_has_been_called", true}}}}});
    }
    return turns;
}

Json collected(const VendorCall& call) {
    auto results = Json::object();
    for (const auto& [question, value] : answers_of(call).items()) {
        results[question] = {{"data_collection_id", question},
                             {"value", value},
                             {"json_schema", {{"type", "string"}}},
                             {"rationale", "The caller said so."}};
    }
    return results;
}

Json phone_call_of(const VendorCall& call) {
    if (call.kind == Kind::web) return nullptr;
    return {{"direction", direction_of(call)},
            {"phone_number_id", "phnum_1"},
            {"agent_number", call.own_phone},
            {"external_number", call.outside_phone},
            {"type", "twilio"},
            {"stream_sid", "MZ1"},
            {"call_sid", "CA1"}};
}

Json conversation_of(const VendorCall& call) {
    auto variables =
        Json{{"system__conversation_id", call.id}, {"secret__crm_token", vendor_secret}};
    if (!call.name.empty()) variables["customer_name"] = call.name;
    Json conversation{
        {"agent_id", call.agents.front()},
        {"status", status_of(call)},
        {"transcript", transcript_of(call)},
        {"metadata",
         {{"start_time_unix_secs", unix_s(call.at)},
          {"call_duration_secs", call.seconds},
          {"phone_call", phone_call_of(call)}}},
        {"analysis", nullptr},
        {"conversation_initiation_client_data",
         {{"conversation_config_override", {{"agent", {{"prompt", {{"prompt", vendor_secret}}}}}}},
          {"custom_llm_extra_body", Json::object()},
          {"dynamic_variables", std::move(variables)}}},
        {"conversation_id", call.id},
        {"has_audio", true},
        {"has_user_audio", true},
        {"has_response_audio", true},
        {"has_auxiliary_audio", false}};
    if (is_analysed(call)) {
        conversation["analysis"] = {{"evaluation_criteria_results", Json::object()},
                                    {"data_collection_results", collected(call)},
                                    {"call_successful", "success"},
                                    {"transcript_summary", call.summary},
                                    {"call_summary_title", call.title}};
    }
    return conversation;
}

// Its cursor is the id of the last row, so that new calls shift nothing.
HttpResponse list(const Asked& asked) {
    const auto given =
        parameters(asked, {"agent_id", "call_start_after_unix", "call_start_before_unix", "cursor",
                           "page_size", "sort_direction", "summary_mode"});
    const auto page_size = number(given, "page_size", 30);
    if (page_size < 1 || page_size > page_size_max) throw Refusal{422, "page_size is at most 100"};
    const auto after = number(given, "call_start_after_unix", 0);
    const auto before = number(given, "call_start_before_unix", INT64_MAX);
    Calls matching;
    for (const auto& call : asked.calls) {
        const auto at = unix_s(call.at);
        if (at >= after && at <= before) matching.push_back(&call);
    }
    const auto order = given.contains("sort_direction") ? given.at("sort_direction") : "desc";
    if (order != "asc" && order != "desc") throw Refusal{422, "sort_direction is asc or desc"};
    if (order == "desc") std::ranges::reverse(matching);
    auto first = matching.begin();
    if (given.contains("cursor")) {
        first =
            std::ranges::find(matching, given.at("cursor"), [](auto* call) { return call->id; });
        if (first == matching.end()) throw Refusal{400, "unknown cursor"};
        ++first;
    }
    const auto most = std::min<std::ptrdiff_t>(
        page_size, static_cast<std::ptrdiff_t>(asked.options.page_size_max));
    const auto last = first + std::min(most, matching.end() - first);
    auto rows = Json::array();
    for (auto call = first; call != last; ++call) rows.push_back(row_of(**call));
    // Beside has_more: false a stale cursor stands there.
    const Json next = rows.empty() ? Json() : rows.back().at("conversation_id");
    return ok(
        {{"conversations", rows}, {"next_cursor", next}, {"has_more", last != matching.end()}});
}

}  // namespace

HttpResponse answer_elevenlabs(const Asked& asked) {
    if (asked.request.method != "GET") throw Refusal{405, "method not allowed"};
    if (asked.target.path == list_path) return list(asked);
    const auto id = id_after(asked, std::string{list_path} + "/");
    if (!id) throw Refusal{404, "not found"};
    return ok(conversation_of(call_at(asked, *id)));
}

Json event_elevenlabs(const VendorCall& call, UtcTime now) {
    return {{"type", "post_call_transcription"},
            {"event_timestamp", unix_s(now)},
            {"data", conversation_of(call)}};
}

}  // namespace ringbridge::sim::vendor

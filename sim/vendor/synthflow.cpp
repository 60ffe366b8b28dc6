// Synthflow: assistants and their calls (docs.synthflow.ai). It ignores parameters that it does not
// know, and its to_date is exclusive.
#include "sim/vendor/dialect.hpp"

#include <algorithm>

namespace ringbridge::sim::vendor {
namespace {

using Kind = VendorCall::Kind;
using State = VendorCall::State;

constexpr std::int64_t limit_max = 100;

std::string status_of(const VendorCall& call) {
    if (call.state == State::ongoing) return "in-progress";
    return call.state == State::unanswered ? "no-answer" : "completed";
}

Json actions_of(const VendorCall& call) {
    auto actions = Json::object();
    for (const auto& [question, value] : answers_of(call).items()) {
        const auto name = "info_extractor_" + question;
        actions[name] = {{"name", name},
                         {"action_type", "extract_info_action_type"},
                         {"parameters_hard_coded", vendor_secret},
                         {"return_value", Json{{question, value}}.dump()}};
    }
    actions["book_slot"] = {{"name", "book_slot"},
                            {"action_type", "custom_function_action_type"},
                            {"parameters_hard_coded", vendor_secret},
                            {"return_value", R"({"ok": true})"}};
    return actions;
}

Json record_of(const VendorCall& call) {
    const bool web = call.kind == Kind::web;
    return {{"call_id", call.id},
            {"model_id", call.agents.front()},
            {"duration", std::to_string(call.seconds)},
            {"end_call_reason", call.state == State::talked ? Json("agent_ended_call") : Json()},
            {"custom_end_call_reason", call.title.empty() ? Json() : Json(call.title)},
            {"lead_phone_number", web ? Json() : Json(call.outside_phone)},
            {"lead_name", call.name.empty() ? Json() : Json(call.name)},
            {"agent_phone_number", web ? Json() : Json(call.own_phone)},
            {"agents_used", call.agents},
            {"executed_actions", is_analysed(call) ? actions_of(call) : Json::object()},
            {"collected_variables", nullptr},
            {"recording_url", nullptr},
            {"type_of_call", web                           ? Json()
                             : call.kind == Kind::outbound ? Json("outbound")
                                                           : Json("inbound")},
            {"transcript", "\n" + talk_of(call, "bot", "human")},
            {"call_status", status_of(call)},
            {"start_time", std::to_string(unix_ms(call.at))},
            {"telephony_duration", call.seconds * 1000}};
}

Json paged(std::int64_t total, std::int64_t limit, std::int64_t offset, const char* name,
           Json rows) {
    return {{"status", "ok"},
            {"response",
             {{"pagination", {{"total_records", total}, {"limit", limit}, {"offset", offset}}},
              {name, std::move(rows)}}}};
}

std::map<std::string, std::string> lenient(const Asked& asked) {
    std::map<std::string, std::string> given;
    for (const auto& [name, value] : asked.target.query) given[name] = value;
    const auto limit = number(given, "limit", 20);
    if (limit < 1 || limit > limit_max) throw Refusal{400, "limit is at most 100"};
    return given;
}

HttpResponse list(const Asked& asked) {
    const auto given = lenient(asked);
    if (!given.contains("model_id")) throw Refusal{400, "model_id is required"};
    const auto limit = number(given, "limit", 20), offset = number(given, "offset", 0);
    const auto since = number(given, "from_date", 0);
    const auto until = number(given, "to_date", INT64_MAX);
    Calls matching;
    for (auto call = asked.calls.rbegin(); call != asked.calls.rend(); ++call) {
        const auto at = unix_ms(call->at);
        const bool led =
            std::ranges::find(call->agents, given.at("model_id")) != call->agents.end();
        if (led && at >= since && at < until) matching.push_back(&*call);
    }
    auto rows = Json::array();
    for (auto i = offset; i < std::min<std::int64_t>(offset + limit, std::ssize(matching)); ++i) {
        rows.push_back(record_of(*matching[static_cast<std::size_t>(i)]));
    }
    return ok(paged(std::ssize(matching), limit, offset, "calls", std::move(rows)));
}

HttpResponse assistants(const Asked& asked) {
    const auto given = lenient(asked);
    const auto limit = number(given, "limit", 20), offset = number(given, "offset", 0);
    const auto& agents = asked.options.agents;
    auto rows = Json::array();
    for (auto i = offset; i < std::min<std::int64_t>(offset + limit, std::ssize(agents)); ++i) {
        rows.push_back({{"model_id", agents[static_cast<std::size_t>(i)]},
                        {"name", "Front desk"},
                        {"agent", {{"prompt", vendor_secret}}}});
    }
    return ok(paged(std::ssize(agents), limit, offset, "assistants", std::move(rows)));
}

}  // namespace

HttpResponse answer_synthflow(const Asked& asked) {
    if (asked.request.method != "GET") throw Refusal{405, "method not allowed"};
    if (asked.target.path == "/v2/calls") return list(asked);
    if (asked.target.path == "/v2/assistants/") return assistants(asked);
    const auto id = id_after(asked, "/v2/calls/");
    if (!id) throw Refusal{404, "not found"};
    return ok(paged(1, 20, 0, "calls", Json::array({record_of(call_at(asked, *id))})));
}

// It does not say who called whom.
Json event_synthflow(const VendorCall& call) {
    const auto record = record_of(call);
    return {{"status", status_of(call)},
            {"lead",
             {{"name", record["lead_name"]},
              {"phone_number", record["lead_phone_number"]},
              {"prompt_variables", {{"from_phone_number", record["agent_phone_number"]}}}}},
            {"call",
             {{"call_id", call.id},
              {"status", status_of(call)},
              {"model_id", record["model_id"]},
              {"end_call_reason", record["end_call_reason"]},
              {"duration", call.seconds},
              {"start_time", iso(call.at)},
              {"transcript", record["transcript"]}}},
            {"executed_actions", record["executed_actions"]}};
}

}  // namespace ringbridge::sim::vendor

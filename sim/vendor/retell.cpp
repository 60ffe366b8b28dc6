// Retell AI: calls (SDK retell-sdk 5.66.1).
#include "sim/vendor/dialect.hpp"

#include <algorithm>

namespace ringbridge::sim::vendor {
namespace {

using Kind = VendorCall::Kind;
using State = VendorCall::State;

constexpr std::int64_t limit_max = 1000;

std::string status_of(const VendorCall& call) {
    if (call.state == State::ongoing) return "ongoing";
    return call.state == State::unanswered ? "not_connected" : "ended";
}

Json row_of(const VendorCall& call) {
    Json row{{"call_id", call.id},
             {"call_type", call.kind == Kind::web ? "web_call" : "phone_call"},
             {"agent_id", call.agents.front()},
             {"agent_version", 1},
             {"call_status", status_of(call)},
             {"start_timestamp", unix_ms(call.at)},
             {"end_timestamp", unix_ms(end_of(call))},
             {"duration_ms", call.seconds * 1000 + 40},
             {"disconnection_reason",
              call.state == State::unanswered ? "dial_no_answer" : "user_hangup"},
             {"recording_url", "https://recordings.example.com/retell/" + call.id + ".wav"}};
    if (!call.has_start) row.erase("start_timestamp");
    if (call.kind == Kind::web) row["access_token"] = vendor_secret;
    if (call.kind != Kind::web) {
        const bool inbound = call.kind == Kind::inbound;
        row["direction"] = inbound ? "inbound" : "outbound";
        row["from_number"] = inbound ? call.outside_phone : call.own_phone;
        row["to_number"] = inbound ? call.own_phone : call.outside_phone;
    }
    if (!call.name.empty()) {
        row["retell_llm_dynamic_variables"] = {{"customer_name", call.name}};
    }
    if (is_analysed(call)) {
        row["call_analysis"] = {{"call_summary", call.summary},
                                {"in_voicemail", false},
                                {"user_sentiment", "Neutral"},
                                {"call_successful", true},
                                {"custom_analysis_data", answers_of(call)}};
    }
    return row;
}

Json whole_of(const VendorCall& call) {
    auto whole = row_of(call);
    whole["transcript"] = talk_of(call, "Agent", "User");
    whole["transcript_with_tool_calls"] = {
        {{"role", "tool_call_invocation"},
         {"tool_call_id", "t1"},
         {"name", "book"},
         {"arguments", "{\"key\":\"" + std::string{vendor_secret} + "\"}"}}};
    return whole;
}

bool is_within(std::int64_t value, const Json& filter) {
    const auto type = filter.value("type", ""), op = filter.value("op", "");
    const auto limit = filter.find("value");
    if (limit == filter.end() || filter.size() != 3) throw Refusal{400, "filter: type, op, value"};
    if (type == "range" && op == "bt" && limit->is_array() && limit->size() == 2 &&
        limit->at(0).is_number_integer() && limit->at(1).is_number_integer()) {
        return value >= limit->at(0) && value <= limit->at(1);
    }
    if (type != "number" || !limit->is_number_integer()) throw Refusal{400, "filter: a number"};
    if (op == "ge") return value >= *limit;
    if (op == "gt") return value > *limit;
    if (op == "le") return value <= *limit;
    if (op == "lt") return value < *limit;
    if (op == "eq") return value == *limit;
    if (op == "ne") return value != *limit;
    throw Refusal{400, "filter: unknown op"};
}

bool is_among(const std::string& value, const Json& filter) {
    const bool good = filter.value("type", "") == "enum" && filter.value("op", "") == "in" &&
                      filter.contains("value") && filter.at("value").is_array();
    if (!good) throw Refusal{400, "filter: an enum"};
    return std::ranges::any_of(filter.at("value"), [&](const Json& one) { return one == value; });
}

bool fits(const VendorCall& call, const Json& criteria) {
    bool all = true;
    for (const auto& [name, filter] : criteria.items()) {
        if (name == "start_timestamp") {
            all = is_within(unix_ms(call.at), filter) && all;
        } else if (name == "call_status") {
            all = is_among(status_of(call), filter) && all;
        } else {
            throw Refusal{400, "filter_criteria: unknown " + name};
        }
    }
    return all;
}

Json read_body(const Asked& asked) {
    const auto body = Json::parse(asked.request.body, nullptr, false);
    if (!body.is_object()) throw Refusal{400, "the body must be a JSON object"};
    for (const auto& [name, value] : body.items()) {
        const bool good = name == "filter_criteria" ? value.is_object()
                          : name == "limit"         ? value.is_number_integer()
                          : name == "sort_order" || name == "pagination_key" ? value.is_string()
                                                                             : false;
        if (!good) throw Refusal{400, "unexpected " + name};
    }
    return body;
}

HttpResponse list(const Asked& asked) {
    const auto body = read_body(asked);
    const auto limit = body.value("limit", std::int64_t{50});
    if (limit < 1 || limit > limit_max) throw Refusal{400, "limit is at most 1000"};
    Calls matching;
    for (const auto& call : asked.calls) {
        if (fits(call, body.value("filter_criteria", Json::object()))) matching.push_back(&call);
    }
    if (body.value("sort_order", "descending") != "ascending") std::ranges::reverse(matching);
    auto first = matching.begin();
    if (body.contains("pagination_key")) {
        const auto key = body.at("pagination_key").get<std::string>();
        first = std::ranges::find(matching, key, [](auto* call) { return "after " + call->id; });
        if (first == matching.end()) throw Refusal{400, "unknown pagination_key"};
        ++first;
    }
    const auto most =
        std::min<std::ptrdiff_t>(limit, static_cast<std::ptrdiff_t>(asked.options.page_size_max));
    const auto last = first + std::min(most, matching.end() - first);
    auto items = Json::array();
    for (auto call = first; call != last; ++call) items.push_back(row_of(**call));
    Json page{{"items", items}, {"has_more", last != matching.end()}};
    // A stale key stands on the last page too.
    if (!items.empty()) {
        page["pagination_key"] = "after " + items.back().at("call_id").get<std::string>();
    }
    return ok(page);
}

}  // namespace

HttpResponse answer_retell(const Asked& asked) {
    if (asked.target.path == "/v3/list-calls") {
        if (asked.request.method != "POST") throw Refusal{405, "method not allowed"};
        return list(asked);
    }
    const auto id = id_after(asked, "/v2/get-call/");
    if (!id || asked.request.method != "GET") throw Refusal{404, "not found"};
    return ok(whole_of(call_at(asked, *id)));
}

Json event_retell(const VendorCall& call) {
    return {{"event", is_analysed(call) ? "call_analyzed" : "call_ended"},
            {"call", whole_of(call)}};
}

}  // namespace ringbridge::sim::vendor

// Bland: calls (bland-cli 0.6.1, docs.bland.ai).
#include "sim/vendor/dialect.hpp"

#include <algorithm>

namespace ringbridge::sim::vendor {
namespace {

using Kind = VendorCall::Kind;
using State = VendorCall::State;

constexpr std::int64_t limit_max = 1000;

// It is set up a few seconds before anybody speaks.
UtcTime created_at(const VendorCall& call) { return call.at - std::chrono::seconds{3}; }

Json row_of(const VendorCall& call) {
    const bool inbound = call.kind != Kind::outbound;
    const bool web = call.kind == Kind::web;
    const auto from = inbound ? call.outside_phone : call.own_phone;
    const auto to = inbound ? call.own_phone : call.outside_phone;
    return {{"call_id", call.id},
            {"created_at", iso(created_at(call))},
            {"call_length", call.seconds / 60.0},
            {"from", web ? Json() : Json(from)},
            {"to", web ? Json() : Json(to)},
            {"completed", call.state != State::ongoing},
            {"inbound", inbound},
            {"queue_status", "complete"},
            {"error_message", nullptr},
            {"answered_by", call.state == State::unanswered ? "no-answer" : "human"}};
}

Json whole_of(const VendorCall& call) {
    auto whole = row_of(call);
    auto variables = Json{{"now", "Mon"},
                          {"from", whole["from"]},
                          {"to", whole["to"]},
                          {"call_id", call.id},
                          {"language", "en"},
                          {"timezone", "America/New_York"},
                          {"input", {{"day", "tuesday"}}}};
    if (!call.name.empty()) variables["customer name"] = call.name;
    whole["request_data"] = {{"task", vendor_secret}};
    whole["pathway_logs"] = {{{"role", "assistant"}, {"text", vendor_secret}}};
    whole["variables"] = std::move(variables);
    whole["recording_url"] = "https://recordings.example.com/bland/" + call.id + ".mp3";
    whole["status"] = call.state == State::unanswered ? "no-answer" : "completed";
    whole["corrected_duration"] = std::to_string(call.seconds);
    whole["started_at"] = iso(call.at);
    whole["concatenated_transcript"] = talk_of(call, "assistant", "user");
    whole["summary"] = call.summary.empty() ? Json() : Json(call.summary);
    whole["analysis"] = is_analysed(call) ? answers_of(call) : Json();
    whole["disposition_tag"] = call.title.empty() ? Json() : Json(call.title);
    return whole;
}

HttpResponse list(const Asked& asked) {
    const auto given =
        parameters(asked, {"ascending", "end_date", "from", "limit", "sort_by", "start_date"});
    const auto limit = number(given, "limit", 1000), from = number(given, "from", 0);
    if (limit < 1 || limit > limit_max || from < 0) throw Refusal{400, "limit is at most 1000"};
    const auto since = moment(given, "start_date"), until = moment(given, "end_date");
    Calls matching;
    for (const auto& call : asked.calls) {
        const auto at = created_at(call);
        if ((!since || at >= *since) && (!until || at <= *until)) matching.push_back(&call);
    }
    const bool ascending = given.contains("ascending") && given.at("ascending") == "true";
    if (!ascending) std::ranges::reverse(matching);
    const auto most = std::min<std::int64_t>(limit, std::ssize(matching));
    auto rows = Json::array();
    for (auto i = from; i < std::ssize(matching) && std::ssize(rows) < most; ++i) {
        if (rows.size() == asked.options.page_size_max) break;
        rows.push_back(row_of(*matching[static_cast<std::size_t>(i)]));
    }
    return ok({{"count", rows.size()}, {"total_count", matching.size()}, {"calls", rows}});
}

}  // namespace

HttpResponse answer_bland(const Asked& asked) {
    if (asked.request.method != "GET") throw Refusal{405, "method not allowed"};
    if (asked.target.path == "/v1/calls") return list(asked);
    const auto id = id_after(asked, "/v1/calls/");
    if (!id) throw Refusal{404, "not found"};
    return ok(whole_of(call_at(asked, *id)));
}

Json event_bland(const VendorCall& call) { return whole_of(call); }

}  // namespace ringbridge::sim::vendor

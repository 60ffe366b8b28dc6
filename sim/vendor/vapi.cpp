// Vapi: calls and numbers (SDK @vapi-ai/server-sdk 2.0.1). The list is a bare array, newest first,
// without a cursor.
#include "sim/vendor/dialect.hpp"

#include <algorithm>
#include <set>

namespace ringbridge::sim::vendor {
namespace {

using Kind = VendorCall::Kind;
using State = VendorCall::State;

constexpr std::int64_t limit_max = 1000;

std::string type_of(const VendorCall& call) {
    if (call.kind == Kind::web) return "webCall";
    return call.kind == Kind::outbound ? "outboundPhoneCall" : "inboundPhoneCall";
}

// By its number.
std::string number_id(const std::string& phone) { return "num" + phone.substr(phone.size() - 4); }

Json outputs_of(const VendorCall& call) {
    return {{"5f0c0000-0000-4000-8000-000000000001",
             {{"name", "Intake"}, {"result", answers_of(call)}}}};
}

Json record_of(const VendorCall& call) {
    const bool talked = call.state == State::talked;
    const auto talk = talk_of(call, "AI", "User");
    const Json messages{{{"role", "system"}, {"message", vendor_secret}}};
    Json record{{"id", call.id},
                {"orgId", "org_1"},
                {"assistantId", call.agents.front()},
                {"type", type_of(call)},
                {"status", call.state == State::ongoing ? "in-progress" : "ended"},
                {"createdAt", iso(call.at)},
                {"updatedAt", iso(end_of(call))},
                {"startedAt", call.state == State::unanswered ? Json() : Json(iso(call.at))},
                {"endedAt", talked ? Json(iso(end_of(call))) : Json()},
                {"transcript", talk},
                {"messages", messages},
                {"monitor", {{"listenUrl", vendor_secret}, {"controlUrl", vendor_secret}}},
                {"analysis", Json::object()},
                {"artifact", {{"transcript", talk}, {"messages", messages}}},
                {"costs", Json::array()}};
    if (call.state == State::unanswered) record["endedReason"] = "customer-did-not-answer";
    if (talked) record["endedReason"] = "customer-ended-call";
    if (call.kind != Kind::web) {
        record["phoneNumberId"] = number_id(call.own_phone);
        record["customer"] = {{"number", call.outside_phone}};
        if (!call.name.empty()) record["customer"]["name"] = call.name;
    }
    if (is_analysed(call)) {
        record["analysis"] = {{"summary", call.summary}, {"successEvaluation", "true"}};
        record["artifact"]["structuredOutputs"] = outputs_of(call);
    }
    return record;
}

HttpResponse list(const Asked& asked) {
    const auto given =
        parameters(asked, {"assistantId", "phoneNumberId", "limit", "createdAtGe", "createdAtGt",
                           "createdAtLe", "createdAtLt", "updatedAtGe", "updatedAtGt",
                           "updatedAtLe", "updatedAtLt"});
    const auto limit = number(given, "limit", 100);
    if (limit < 1 || limit > limit_max) throw Refusal{400, "limit must not be greater than 1000"};
    const auto least = moment(given, "createdAtGe"), above = moment(given, "createdAtGt");
    const auto most = moment(given, "createdAtLe"), below = moment(given, "createdAtLt");
    auto rows = Json::array();
    for (auto call = asked.calls.rbegin(); call != asked.calls.rend(); ++call) {
        const bool within = (!least || call->at >= *least) && (!above || call->at > *above) &&
                            (!most || call->at <= *most) && (!below || call->at < *below);
        if (within) rows.push_back(record_of(*call));
        if (std::cmp_equal(rows.size(), limit)) break;
    }
    return ok(rows);
}

Json number_of(const std::string& phone) {
    return {{"id", number_id(phone)},
            {"orgId", "org_1"},
            {"provider", "twilio"},
            {"createdAt", "2026-06-01T10:00:00.000Z"},
            {"updatedAt", "2026-06-01T10:00:00.000Z"},
            {"number", phone},
            {"twilioAccountSid", vendor_secret},
            {"twilioAuthToken", vendor_secret}};
}

HttpResponse numbers(const Asked& asked) {
    std::set<std::string> phones;
    for (const auto& call : asked.calls) phones.insert(call.own_phone);
    auto rows = Json::array();
    for (const auto& phone : phones) rows.push_back(number_of(phone));
    return ok(rows);
}

}  // namespace

HttpResponse answer_vapi(const Asked& asked) {
    if (asked.request.method != "GET") throw Refusal{405, "method not allowed"};
    if (asked.target.path == "/call") return list(asked);
    if (asked.target.path == "/phone-number") return numbers(asked);
    const auto id = id_after(asked, "/call/");
    if (!id) throw Refusal{404, "not found"};
    return ok(record_of(call_at(asked, *id)));
}

// Some of the call is beside it in the message, some in both.
Json event_vapi(const VendorCall& call, UtcTime now) {
    const auto record = record_of(call);
    Json message{{"timestamp", unix_ms(now)}, {"type", "end-of-call-report"}};
    for (const auto* name : {"analysis", "artifact", "customer", "endedReason", "startedAt",
                             "endedAt", "messages", "transcript"}) {
        if (record.contains(name)) message[name] = record[name];
    }
    for (const auto* name :
         {"id", "orgId", "type", "status", "createdAt", "updatedAt", "monitor", "customer"}) {
        if (record.contains(name)) message["call"][name] = record[name];
    }
    if (call.kind != Kind::web) message["phoneNumber"] = number_of(call.own_phone);
    message["assistant"] = {
        {"model", {{"messages", {{{"role", "system"}, {"content", vendor_secret}}}}}},
        {"server", {{"headers", {{"X-Invented", vendor_secret}}}}}};
    return {{"message", std::move(message)}};
}

}  // namespace ringbridge::sim::vendor

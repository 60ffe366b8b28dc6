#include "sim/vendor/vendor.hpp"

#include "core/parse_number.hpp"
#include "sim/vendor/dialect.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace ringbridge::sim {
namespace {

// ElevenLabs has a header of its own, and Bland takes the bare key.
bool has_key(const HttpRequest& request, const VendorOptions& options) {
    if (options.name == VendorName::elevenlabs) {
        return header_value(request.headers, "xi-api-key") == options.api_key;
    }
    const std::string scheme = options.name == VendorName::bland ? "" : "Bearer ";
    return header_value(request.headers, "authorization") == scheme + options.api_key;
}

HttpResponse in_dialect(const vendor::Asked& asked) {
    switch (asked.options.name) {
        case VendorName::elevenlabs:
            return vendor::answer_elevenlabs(asked);
        case VendorName::retell:
            return vendor::answer_retell(asked);
        case VendorName::vapi:
            return vendor::answer_vapi(asked);
        case VendorName::bland:
            return vendor::answer_bland(asked);
        case VendorName::synthflow:
            return vendor::answer_synthflow(asked);
    }
    return json_response(500, "{}");
}

vendor::Json event_of(const VendorCall& call, VendorName name, UtcTime now) {
    switch (name) {
        case VendorName::elevenlabs:
            return vendor::event_elevenlabs(call, now);
        case VendorName::retell:
            return vendor::event_retell(call);
        case VendorName::vapi:
            return vendor::event_vapi(call, now);
        case VendorName::bland:
            return vendor::event_bland(call);
        case VendorName::synthflow:
            return vendor::event_synthflow(call);
    }
    return {};
}

std::string hex(std::string_view bytes) {
    std::string text;
    for (const char c : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

std::string base64(std::string_view bytes) {
    static constexpr std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const auto group = bytes.substr(at, 3);
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 3; ++i) {
            bits = bits << 8 | (i < group.size() ? static_cast<unsigned char>(group[i]) : 0U);
        }
        for (std::size_t i = 0; i < 4; ++i) {
            text += i <= group.size() ? alphabet[bits >> (18 - 6 * i) & 63] : '=';
        }
    }
    return text;
}

// What each signs, and where it says so. Vapi as it does by default; Synthflow the call's id alone.
Header signature_of(const std::string& body, const std::string& id, const VendorOptions& options,
                    UtcTime now, const Hmac& hmac) {
    const auto sign = [&](const std::string& text) { return hmac(options.webhook_secret, text); };
    const auto ms = std::to_string(vendor::unix_ms(now));
    const auto seconds = std::to_string(vendor::unix_ms(now) / 1000);
    switch (options.name) {
        case VendorName::elevenlabs:
            return {"ElevenLabs-Signature",
                    "t=" + seconds + ",v0=" + hex(sign(seconds + "." + body))};
        case VendorName::retell:
            return {"x-retell-signature", "v=" + ms + ",d=" + hex(sign(body + ms))};
        case VendorName::vapi:
            return {"x-signature", hex(sign(seconds + "." + body))};
        case VendorName::bland:
            return {"X-Webhook-Signature", hex(sign(body))};
        case VendorName::synthflow:
            return {"Synthflow-Signature", base64(sign(id))};
    }
    return {};
}

HttpResponse refusal(int status, const std::string& message) {
    return json_response(status, vendor::Json{{"message", message}}.dump());
}

}  // namespace

HttpResponse Vendor::answer(const HttpRequest& request, UtcTime) {
    ++requests_;
    auto target = parse_target(request.url);
    asked_.push_back(request.method + " " + target.path + encode_query(target.query));
    const auto failure = std::ranges::find_if(
        failures_, [&](const Failure& one) { return target.path.starts_with(one.path); });
    if (failure != failures_.end()) {
        auto response = std::move(failure->response);
        failures_.erase(failure);
        return response;
    }
    if (!has_key(request, options_)) return refusal(401, "invalid api key");
    try {
        return in_dialect({request, std::move(target), options_, calls_});
    } catch (const vendor::Refusal& refused) {
        return refusal(refused.status, refused.message);
    }
}

Delivery Vendor::deliver(const std::string& id, UtcTime now, const Hmac& hmac) const {
    const auto call = std::ranges::find(calls_, id, &VendorCall::id);
    const auto body = vendor::ok(event_of(*call, options_.name, now)).body;
    Headers headers{{"Content-Type", "application/json"},
                    signature_of(body, id, options_, now, hmac)};
    if (options_.name == VendorName::vapi) {
        headers.push_back({"x-timestamp", std::to_string(vendor::unix_ms(now) / 1000)});
    }
    return {.headers = std::move(headers), .body = body};
}

void Vendor::publish(VendorCall call) {
    std::erase_if(calls_, [&](const VendorCall& other) { return other.id == call.id; });
    const auto place = std::ranges::upper_bound(calls_, call.at, {}, &VendorCall::at);
    calls_.insert(place, std::move(call));
}

void Vendor::fail_next(int count, HttpResponse with, std::string path) {
    for (int i = 0; i < count; ++i) failures_.push_back({path, with});
}

namespace vendor {

std::map<std::string, std::string> parameters(const Asked& asked,
                                              std::initializer_list<std::string_view> known) {
    std::map<std::string, std::string> given;
    for (const auto& [name, value] : asked.target.query) {
        const bool is_known = std::ranges::find(known, name) != known.end();
        if (!is_known || !given.emplace(name, value).second) {
            throw Refusal{400, "unexpected parameter " + name};
        }
    }
    return given;
}

std::int64_t number(const std::map<std::string, std::string>& given, const std::string& name,
                    std::int64_t otherwise) {
    const auto found = given.find(name);
    if (found == given.end()) return otherwise;
    const auto value = parse_number<std::int64_t>(found->second);
    if (!value) throw Refusal{400, name + " must be a whole number"};
    return *value;
}

std::optional<UtcTime> moment(const std::map<std::string, std::string>& given,
                              const std::string& name) {
    const auto found = given.find(name);
    if (found == given.end()) return std::nullopt;
    const auto time = found->second.contains('T') ? parse_utc(found->second) : std::nullopt;
    if (!time) throw Refusal{400, name + " must be an ISO 8601 date"};
    return time;
}

const VendorCall& call_at(const Asked& asked, std::string_view id) {
    const auto found = std::ranges::find(asked.calls, id, &VendorCall::id);
    if (found == asked.calls.end()) throw Refusal{404, "there is no such call"};
    return *found;
}

std::optional<std::string> id_after(const Asked& asked, std::string_view prefix) {
    const std::string_view path = asked.target.path;
    if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
    const auto id = path.substr(prefix.size());
    return id.contains('/') ? std::nullopt : std::optional<std::string>{id};
}

Json answers_of(const VendorCall& call) { return Json::parse(call.answers); }

bool is_analysed(const VendorCall& call) { return !call.summary.empty(); }

std::string talk_of(const VendorCall& call, std::string_view agent, std::string_view user) {
    std::string talk;
    for (const auto& [speaker, words] : call.turns) {
        talk.append(speaker == "agent" ? agent : user).append(": ").append(words).append("\n");
    }
    return talk;
}

std::string iso(UtcTime time) { return format_utc(time); }

std::int64_t unix_ms(UtcTime time) { return to_unix_ms(time); }

UtcTime end_of(const VendorCall& call) { return call.at + std::chrono::seconds{call.seconds}; }

HttpResponse ok(const Json& body) {
    return json_response(200, body.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace vendor
}  // namespace ringbridge::sim

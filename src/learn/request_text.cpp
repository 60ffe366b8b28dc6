#include "learn/request_text.hpp"

#include "core/text.hpp"
#include "core/url.hpp"
#include "learn/leaves.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::learn {
namespace {

// YAML cannot have longer names.
constexpr std::size_t longest_name = 200;

// RFC 9110, 5.1.
bool is_header_name(std::string_view name) {
    return !name.empty() && name.size() <= longest_name && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view{"!#$%&'*+-.^_`|~"}.contains(c);
    });
}

// A constant that looks like a placeholder cannot be written.
Fate judged(const Piece& piece, const Judge& judge) {
    auto fate = judge(piece);
    if (fate.move == Fate::Move::keep && piece.value.contains("${")) {
        return Fate::put(todo_value(piece.key));
    }
    return fate;
}

// In a path the characters that would end it stay encoded.
std::string path_text(const std::string& segment) {
    std::string text;
    for (const char c : segment) {
        const bool plain = std::string_view{":@!$&'()*,;=~-._"}.contains(c) ||
                           (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                           (c >= 'A' && c <= 'Z');
        text += plain ? std::string{c} : percent_encode(std::string_view{&c, 1});
    }
    return text;
}

// JSON as YAML in flow style, its values judged one by one.
std::string json_text(const std::string& json, Piece::In in, const std::string& name,
                      const Judge& judge) {
    return rewrite_json(json, [&](const Leaf& leaf) -> Replacement {
        const auto fate = judged(json_piece(in, name, leaf), judge);
        switch (fate.move) {
            case Fate::Move::drop:
                return {Replacement::Move::drop, {}};
            case Fate::Move::put:
                return {Replacement::Move::put, fate.text};
            case Fate::Move::keep:
                break;
        }
        return {};
    });
}

void write_parameters(const Query& parameters, Piece::In in, const Judge& judge, Named& plain,
                      Named& json) {
    for (const auto& [name, value] : parameters) {
        if (name.size() > longest_name) continue;
        if (is_json_parameter(value)) {
            json.emplace_back(name, json_text(value, in, name, judge));
            continue;
        }
        const auto fate = judged({.in = in, .key = name, .value = value}, judge);
        if (fate.move == Fate::Move::drop) continue;
        plain.emplace_back(name, fate.move == Fate::Move::put ? fate.text : value);
    }
}

void write_headers(const Exchange& exchange, const Judge& judge, RequestText& request) {
    for (const auto& [name, value] : exchange.request_headers) {
        if (is_noise_header(name)) continue;
        const auto fate = judged({.in = Piece::In::header, .key = name, .value = value}, judge);
        if (fate.move == Fate::Move::drop) continue;
        const bool twice = std::ranges::find(request.headers, name, &Named::value_type::first) !=
                           request.headers.end();
        if (twice) continue;
        request.headers.emplace_back(name, fate.move == Fate::Move::put ? fate.text : value);
    }
}

}  // namespace

std::string todo_value(const std::string& what) {
    const bool plain = !what.empty() && what.size() <= longest_name && !what.contains("${");
    return std::string{todo_mark} + (plain ? " " + what : "");
}

bool is_noise_header(const std::string& name) {
    static constexpr std::array names{"accept-encoding",
                                      "accept-language",
                                      "cache-control",
                                      "connection",
                                      "content-length",
                                      "content-type",
                                      "cookie",
                                      "host",
                                      "pragma",
                                      "user-agent",
                                      "dnt",
                                      "te",
                                      "priority",
                                      "referer",
                                      "traceparent",
                                      "tracestate",
                                      "baggage",
                                      "sentry-trace",
                                      "newrelic",
                                      "x-request-id",
                                      "x-correlation-id",
                                      "request-id",
                                      "purpose",
                                      "keep-alive",
                                      "idempotency-key",
                                      "upgrade-insecure-requests",
                                      "range",
                                      "range-unit",
                                      "save-data",
                                      "viewport-width",
                                      "x-newrelic-id",
                                      "x-amzn-trace-id",
                                      "x-trace-id",
                                      "downlink",
                                      "ect",
                                      "rtt",
                                      "device-memory",
                                      "x-client-data",
                                      "x-firebase-gmpid",
                                      "expect"};
    static constexpr std::array starts{"sec-", "if-",        "x-b3-",  "x-datadog-", "x-forwarded-",
                                       ":",    "x-amz-date", "proxy-", "x-sentry"};
    return !is_header_name(name) || std::ranges::find(names, name) != names.end() ||
           std::ranges::any_of(starts, [&](auto* start) { return name.starts_with(start); });
}

RequestText write_request(const Exchange& exchange, const std::string& base, const Judge& judge) {
    RequestText request{.method = exchange.method == "GET" ? "GET" : "POST"};
    const auto origin = origin_of(exchange.url);
    if (origin != base) request.path = origin;
    const auto segments = segments_of(exchange.url);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const auto fate =
            judged({.in = Piece::In::path, .key = std::to_string(i), .value = segments[i]}, judge);
        if (fate.move == Fate::Move::drop) continue;
        request.path += '/';
        request.path += fate.move == Fate::Move::put ? fate.text : path_text(segments[i]);
    }
    const auto address = exchange.url.substr(0, exchange.url.find_first_of("?#"));
    if (segments.empty() || address.ends_with('/')) request.path += '/';
    write_parameters(parse_target(exchange.url).query, Piece::In::query, judge, request.query,
                     request.json_query);
    write_headers(exchange, judge, request);
    if (!exchange.form.empty()) {
        write_parameters(exchange.form, Piece::In::form, judge, request.form, request.json_form);
    } else if (!exchange.request_body.empty() && exchange.method != "GET") {
        request.body = json_text(exchange.request_body, Piece::In::json, "", judge);
        if (request.body == "null") request.body.clear();
    }
    return request;
}

}  // namespace ringbridge::learn

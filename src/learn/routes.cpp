#include "learn/routes.hpp"

#include "core/text.hpp"
#include "learn/leaves.hpp"
#include "learn/names.hpp"
#include "learn/shapes.hpp"

#include <algorithm>
#include <array>

namespace ringbridge::learn {
namespace {

constexpr std::array noisy_hosts{"google-analytics",
                                 "googletagmanager",
                                 "analytics.google",
                                 "doubleclick",
                                 "segment.io",
                                 "segment.com",
                                 "mixpanel",
                                 "amplitude",
                                 "posthog",
                                 "sentry",
                                 "bugsnag",
                                 "datadoghq",
                                 "newrelic",
                                 "nr-data",
                                 "fullstory",
                                 "hotjar",
                                 "logrocket",
                                 "intercom",
                                 "launchdarkly",
                                 "statsig",
                                 "heapanalytics",
                                 "clarity.ms",
                                 "facebook",
                                 "linkedin",
                                 "stripe",
                                 "crisp.chat",
                                 "zendesk",
                                 "zdassets",
                                 "cloudflareinsights",
                                 "rudderstack",
                                 "split.io",
                                 "optimizely",
                                 "hs-analytics",
                                 "hsforms",
                                 "fonts.g",
                                 "gstatic",
                                 "recaptcha",
                                 "plausible",
                                 "matomo",
                                 "pendo",
                                 "userpilot",
                                 "appcues",
                                 "honeycomb",
                                 "rollbar",
                                 "smartlook",
                                 "mouseflow",
                                 "configcat",
                                 "flagsmith",
                                 "growthbook"};
constexpr std::array noisy_paths{"/collect",  "/beacon", "/telemetry", "/analytics/track",
                                 "/envelope", "/rum",    "/ingest/e"};

// Endings under which anybody may register a name, so that the label before belongs to them.
constexpr std::array shared_ends{
    ".co.uk",     ".org.uk",      ".com.au",       ".co.nz",          ".com.br",
    ".co.jp",     ".co.in",       ".com.mx",       ".com.ar",         ".co.za",
    ".com.tr",    ".com.es",      ".co.at",        ".com.pl",         ".com.sg",
    ".co.il",     ".co.kr",       ".vercel.app",   ".netlify.app",    ".pages.dev",
    ".web.app",   ".fly.dev",     ".onrender.com", ".herokuapp.com",  ".firebaseapp.com",
    ".github.io", ".supabase.co", ".railway.app",  ".up.railway.app", ".azurewebsites.net"};

// What GraphQL calls a request: of a query without a name, how it begins.
std::string graphql_name(const Leaf& leaf) {
    if (leaf.path.ends_with(".operationName")) return leaf.text;
    if (leaf.path != "$.query" && leaf.path != "$[0].query") return {};
    const auto end = leaf.text.find_first_of("({");
    return std::string{trim(leaf.text.substr(0, std::min<std::size_t>(end, 80)))};
}

// Parameters that say what is asked for, where one address answers everything.
bool names_operation(const Name& name) {
    return name.is({"operationname", "action", "method", "cmd", "command", "do", "op", "operation",
                    "r", "route", "controller", "module", "endpoint", "procedure", "func", "fn",
                    "task", "ajaxaction", "aktion"});
}

std::string operation_in(const Exchange& exchange) {
    for (const auto& leaf : leaves_of(exchange.request_body)) {
        if (auto name = graphql_name(leaf); !name.empty()) return name;
        const bool top = std::ranges::count(leaf.path, '.') == 1;
        if (top && names_operation(Name{leaf.path}) && is_word(leaf.text)) return leaf.text;
    }
    const auto query = parse_target(exchange.url).query;
    for (const auto* parameters : {&query, &exchange.form}) {
        for (const auto& [name, value] : *parameters) {
            if (names_operation(Name{name}) && is_word(value)) return value;
        }
    }
    return {};
}

std::string route_with(const Exchange& exchange, std::string_view gap) {
    auto route = exchange.method + ' ';
    const auto segments = segments_of(exchange.url);
    for (const auto& segment : segments) {
        route += '/';
        route += is_identifier(segment) || is_email(segment) ? std::string{gap} : segment;
    }
    if (segments.empty()) route += '/';
    return route;
}

}  // namespace

bool is_in_json(const Piece& piece) {
    return piece.in == Piece::In::json || piece.key.contains("$.") || piece.key.contains("$[");
}

bool is_json_parameter(const std::string& value) {
    return value.starts_with('{') && value.ends_with('}') && !leaves_of(value).empty();
}

Piece json_piece(Piece::In in, const std::string& name, const Leaf& leaf) {
    return {.in = in,
            .key = name + leaf.path,
            .value = leaf.text,
            .is_text = leaf.kind == Leaf::Kind::text,
            .is_null = leaf.kind == Leaf::Kind::null};
}

namespace {

void add_parameter(Piece::In in, const std::string& name, const std::string& value,
                   std::vector<Piece>& pieces) {
    if (!is_json_parameter(value)) return pieces.push_back({.in = in, .key = name, .value = value});
    for (const auto& leaf : leaves_of(value)) pieces.push_back(json_piece(in, name, leaf));
}

}  // namespace

std::vector<Piece> pieces_of(const Exchange& exchange) {
    using In = Piece::In;
    std::vector<Piece> pieces;
    const auto segments = segments_of(exchange.url);
    for (std::size_t i = 0; i < segments.size(); ++i) {
        pieces.push_back({.in = In::path, .key = std::to_string(i), .value = segments[i]});
    }
    for (const auto& [name, value] : parse_target(exchange.url).query) {
        add_parameter(In::query, name, value, pieces);
    }
    for (const auto& [name, value] : exchange.form) add_parameter(In::form, name, value, pieces);
    if (!exchange.form.empty()) return pieces;
    for (const auto& leaf : leaves_of(exchange.request_body)) {
        pieces.push_back(json_piece(In::json, "", leaf));
    }
    return pieces;
}

std::vector<std::string> parts_of(const std::string& value) {
    std::vector<std::string> parts{value};
    std::string part;
    const auto close = [&] {
        if (!part.empty() && part.size() < value.size()) parts.push_back(part);
        part.clear();
    };
    for (const char c : value) {
        const bool inner = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (inner) {
            part += c;
        } else {
            close();
        }
    }
    close();
    return parts;
}

std::vector<std::string> segments_of(const std::string& url) {
    auto rest = std::string_view{url}.substr(0, url.find_first_of("?#"));
    rest.remove_prefix(std::min(rest.size(), origin_of(rest).size()));
    std::vector<std::string> segments;
    while (!rest.empty()) {
        if (rest.starts_with('/')) {
            rest.remove_prefix(1);
            continue;
        }
        const auto segment = rest.substr(0, rest.find('/'));
        segments.push_back(percent_decode(segment));
        rest.remove_prefix(segment.size());
    }
    return segments;
}

std::string host_of(const std::string& url) {
    const auto origin = origin_of(url);
    if (origin.empty()) return {};
    auto host = lower_case(std::string_view{origin}.substr(origin.find("://") + 3));
    if (const auto at = host.rfind('@'); at != std::string::npos) host.erase(0, at + 1);
    if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
    return host.substr(0, host.find(':'));
}

std::string site_of(const std::string& host) {
    if (host.find_first_not_of("0123456789.") == std::string::npos || host.starts_with('[')) {
        return host;
    }
    std::size_t end = host.rfind('.');
    for (const std::string_view shared : shared_ends) {
        if (host.ends_with(shared) && host.size() > shared.size()) {
            end = std::min(end, host.size() - shared.size());
        }
    }
    if (end == std::string::npos) return host;
    const auto dot = end == 0 ? std::string::npos : host.rfind('.', end - 1);
    return dot == std::string::npos ? host : host.substr(dot + 1);
}

std::string main_label(const std::string& host) {
    const auto site = site_of(host);
    if (site.find_first_not_of("0123456789.") == std::string::npos || site.starts_with('[')) {
        return {};
    }
    return site.substr(0, site.find('.'));
}

std::string route_of(const Exchange& exchange) {
    auto route = origin_of(exchange.url) + ' ' + route_with(exchange, "{}");
    if (const auto operation = operation_in(exchange); !operation.empty()) route += ' ' + operation;
    return route;
}

std::string to_text(const Exchange& exchange) { return route_with(exchange, "{id}"); }

bool is_json(const Exchange& exchange) {
    const auto first = exchange.body.find_first_not_of(" \t\r\n");
    return first != std::string::npos &&
           (exchange.body[first] == '{' || exchange.body[first] == '[');
}

bool is_page(const Exchange& exchange) {
    const auto first = exchange.body.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    return exchange.type.contains("html") ||
           (first != std::string::npos && exchange.body[first] == '<');
}

bool is_script(const Exchange& exchange) {
    return exchange.type.contains("javascript") || exchange.type.contains("ecmascript") ||
           std::string_view{exchange.url}.substr(0, exchange.url.find('?')).ends_with(".js");
}

bool is_noise(const Exchange& exchange) {
    if (exchange.method == "OPTIONS" || exchange.method == "HEAD") return true;
    const auto host = host_of(exchange.url);
    const auto path = lower_case(parse_target(exchange.url).path);
    return std::ranges::any_of(noisy_hosts, [&](auto* part) { return host.contains(part); }) ||
           std::ranges::any_of(noisy_paths, [&](auto* part) { return path.contains(part); });
}

}  // namespace ringbridge::learn

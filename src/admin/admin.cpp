#include "admin/admin.hpp"

#include "admin/assets.hpp"
#include "admin/body.hpp"
#include "admin/metrics.hpp"
#include "admin/openapi.hpp"
#include "admin/parameters.hpp"
#include "admin/responses.hpp"
#include "api/views.hpp"
#include "core/stop.hpp"

#include <algorithm>

namespace ringbridge::admin {
namespace {

std::string_view take_segment(std::string_view& path) {
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    return segment;
}

// The segments that `*` match, with `/` between them; nothing if the path does not match the
// pattern.
std::optional<std::string> fit(std::string_view pattern, std::string_view path) {
    if (std::ranges::count(pattern, '/') != std::ranges::count(path, '/')) return std::nullopt;
    std::string id;
    while (!pattern.empty()) {
        const auto wanted = take_segment(pattern), segment = take_segment(path);
        if (wanted == "*" ? segment.empty() : segment != wanted) return std::nullopt;
        if (wanted == "*") id += (id.empty() ? "" : "/") + std::string{segment};
    }
    return path.empty() ? std::optional{id} : std::nullopt;
}

std::optional<std::string> unknown_parameter(const Target& target,
                                             const std::vector<std::string>& known) {
    for (const auto& [name, value] : target.query) {
        if (std::ranges::find(known, name) == known.end()) return name;
    }
    return std::nullopt;
}

// With a single bridge its name is optional.
Admin::Route of_bridge(std::string method, std::string path, Admin::OfBridge handler,
                       std::vector<std::string> parameters = {}) {
    parameters.emplace_back("bridge");
    return {std::move(method), std::move(path), handler, std::move(parameters)};
}

std::vector<ledger::Ledger*> ledgers_of(const std::vector<api::Served>& bridges) {
    std::vector<ledger::Ledger*> ledgers;
    for (const auto& served : bridges) ledgers.push_back(&served.service.bridge().parts().ledger);
    return ledgers;
}

HttpResponse too_many_guesses() {
    auto response = error_response(
        429, "too_many_guesses", "too many wrong tokens from this address; try again in a minute");
    response.headers.push_back({"Retry-After", "60"});
    return response;
}

HttpResponse token_needed() {
    return error_response(403, "admin_token_needed",
                          "this cannot be undone, and without an ADMIN_TOKEN a proxy on this "
                          "machine may let anyone request it: set ADMIN_TOKEN, or HOST to "
                          "127.0.0.1");
}

// Merging cannot be undone, and replacing rewrites all activities.
bool is_irreversible(const Admin::Route& route, const Target& target) {
    if (route.method != "POST") return false;
    if (route.path == "/dedup") return !read_flag(target, "dryRun").value_or(false);
    return route.path == "/sync-now" && read_flag(target, "replaceActivities").value_or(false);
}

}  // namespace

Admin::Admin(AdminOptions options, std::vector<api::Served> bridges, Clock& clock, Log& log)
    : options_{std::move(options)},
      sessions_{options_.access.token, options_.vault, ledgers_of(bridges)},
      guesses_{clock, log},
      bridges_{std::move(bridges)},
      webhooks_{bridges_},
      clock_{clock} {
    for (const auto& served : bridges_) routes_of_.emplace_back(served, options_.lock_wait, clock);
}

const std::vector<Admin::Route>& Admin::routes() {
    using One = BridgeRoutes;
    static const std::vector<Route> table{
        {"GET", "/", &Admin::page, {}, true},
        {"GET", "/assets/*", &Admin::asset, {}, true},
        {"GET", "/session", &Admin::session, {}, true},
        {"POST", "/session", &Admin::sign_in, {}, true},
        {"DELETE", "/session", &Admin::sign_out, {}, true},
        {"GET", "/health", &Admin::health, {}, true},
        {"GET", "/ready", &Admin::ready, {}, true},
        {"POST", "/webhooks/*", &Admin::webhook, {}, true},
        {"POST", "/webhooks/*/*", &Admin::webhook, {}, true},
        {"GET", "/bridges", &Admin::bridges},
        of_bridge("POST", "/sync-now", &One::sync_now,
                  {"since", "until", "replaceActivities", "dryRun"}),
        of_bridge("GET", "/overview", &One::overview, {"since"}),
        of_bridge("GET", "/history", &One::history, {"since", "step"}),
        of_bridge("GET", "/events", &One::events),
        of_bridge("GET", "/runs", &One::runs, {"limit"}),
        of_bridge("GET", "/runs/*", &One::run),
        of_bridge("GET", "/calls", &One::calls, {"state", "q", "limit", "cursor"}),
        of_bridge("POST", "/calls/forget", &One::forget),
        of_bridge("GET", "/calls/*", &One::call),
        of_bridge("POST", "/calls/*/retry", &One::retry),
        of_bridge("POST", "/calls/*/dismiss", &One::dismiss),
        of_bridge("POST", "/calls/*/number", &One::give_number),
        of_bridge("POST", "/dedup", &One::dedup, {"dryRun"}),
        of_bridge("GET", "/dedup", &One::last_dedup),
        of_bridge("POST", "/setup-properties", &One::setup_properties),
        of_bridge("GET", "/token/status", &One::token_status),
        of_bridge("POST", "/token/refresh", &One::refresh_token, {"force"}),
        of_bridge("GET", "/probe", &One::probe),
        {"GET", "/metrics", &Admin::metrics},
        {"GET", "/openapi.json", &Admin::openapi}};
    return table;
}

// Responses hold personal data: no cache may keep them, not even the browser's.
Task<HttpResponse> Admin::answer(InboundRequest request) {
    HttpResponse response;
    try {
        response = co_await choose_route(std::move(request));
    } catch (const LedgerOutOfReach& away) {
        response = error_response(503, "ledger_out_of_reach", away.what());
    }
    if (header_value(response.headers, "Cache-Control").empty()) {
        response.headers.push_back({"Cache-Control", "no-store"});
    }
    co_return response;
}

Task<HttpResponse> Admin::choose_route(InboundRequest request) {
    auto target = parse_target(request.http.url);
    const auto method = request.http.method == "HEAD" ? "GET" : request.http.method;
    const Route* chosen = nullptr;
    bool closed = false;  // some method at this path needs a token
    std::string id, allowed;
    for (const auto& route : routes()) {
        const auto fitted = fit(route.path, target.path);
        if (!fitted) continue;
        allowed += (allowed.empty() ? "" : ", ") + route.method;
        closed |= !route.open;
        if (route.method == method) {
            chosen = &route;
            id = *fitted;
        }
    }
    const bool open = !allowed.empty() && (chosen ? chosen->open : !closed);
    if (auto refusal = co_await turn_away_from(open, request)) co_return std::move(*refusal);
    if (allowed.empty()) {
        co_return error_response(404, "not_found", "there is nothing at " + target.path);
    }
    if (!chosen) {
        auto refusal = error_response(405, "method_not_allowed", "use " + allowed);
        refusal.headers.push_back({"Allow", allowed});
        co_return refusal;
    }
    if (needs_a_token_for(*chosen, target)) co_return token_needed();
    co_return co_await handle(chosen, {std::move(target), std::move(id), std::move(request.http),
                                       std::move(request.peer)});
}

// A token counts as a guess until it proves right.
Task<std::optional<HttpResponse>> Admin::turn_away_from(bool open, InboundRequest request) {
    if (open) co_return turn_away_other_sites(request.http);
    const bool signed_in = co_await sessions_.is_signed_in(request.http.headers, clock_.now());
    const bool guesses = !options_.access.token.empty() && !signed_in &&
                         !header_value(request.http.headers, "Authorization").empty();
    if (guesses && !guesses_.may_try(request.peer)) co_return too_many_guesses();
    auto refusal = turn_away(request, options_.access, signed_in);
    if (guesses && refusal && refusal->status == 401) guesses_.note_wrong(request.peer);
    co_return refusal;
}

bool Admin::needs_a_token_for(const Route& route, const Target& target) const {
    return options_.access.token.empty() && options_.beyond_loopback &&
           is_irreversible(route, target);
}

Task<HttpResponse> Admin::handle(const Route* route, Asked asked) {
    if (const auto name = unknown_parameter(asked.target, route->parameters)) {
        co_return error_response(400, "bad_parameter", "unknown parameter " + *name);
    }
    if (const auto* of_all = std::get_if<OfAll>(&route->handler)) {
        co_return co_await (this->**of_all)(std::move(asked));
    }
    auto chosen = choose(asked.target);
    if (!chosen) co_return std::move(chosen.error());
    co_return co_await ((*chosen)->*std::get<OfBridge>(route->handler))(std::move(asked));
}

std::expected<BridgeRoutes*, HttpResponse> Admin::choose(const Target& target) {
    const auto name = target.parameter("bridge");
    if (!name && bridges_.size() == 1) return &routes_of_.front();
    std::string names;
    for (std::size_t i = 0; i < bridges_.size(); ++i) {
        if (bridges_[i].name == name) return &routes_of_[i];
        names += (i == 0 ? "" : ", ") + bridges_[i].name;
    }
    if (!name) {
        return std::unexpected{error_response(
            400, "bridge_needed",
            "name a bridge, such as ?bridge=" + bridges_.front().name + "; there are " + names)};
    }
    return std::unexpected{
        error_response(404, "unknown_bridge", "there is no bridge " + *name + ", only " + names)};
}

HttpResponse Admin::session_response(bool signed_in) const {
    const bool needed = !options_.access.token.empty();
    return json_response(200, api::session_view(signed_in || !needed, needed));
}

Task<HttpResponse> Admin::page(Asked) { co_return asset_response("index.html"); }

Task<HttpResponse> Admin::asset(Asked asked) { co_return asset_response(asked.id); }

Task<HttpResponse> Admin::session(Asked asked) {
    co_return session_response(
        co_await sessions_.is_signed_in(std::move(asked.request.headers), clock_.now()));
}

Task<HttpResponse> Admin::sign_in(Asked asked) {
    auto texts = read_texts(asked.request, {"token"});
    if (!texts) co_return std::move(texts.error());
    if (!guesses_.may_try(asked.peer)) co_return too_many_guesses();
    auto cookie = sessions_.begin(asked.request, (*texts)["token"], clock_.now());
    if (!cookie) {
        guesses_.note_wrong(asked.peer);
        co_return error_response(401, "unauthorized",
                                 "this is not the ADMIN_TOKEN that ringbridge was started with");
    }
    auto response = session_response(true);
    response.headers.push_back(std::move(*cookie));
    co_return response;
}

Task<HttpResponse> Admin::sign_out(Asked asked) {
    auto response = session_response(false);
    response.headers.push_back(
        co_await sessions_.end(std::move(asked.request.headers), clock_.now()));
    co_return response;
}

Task<HttpResponse> Admin::health(Asked) {
    co_return json_response(200, api::health_view(api::health_of(bridges_)));
}

Task<HttpResponse> Admin::ready(Asked) {
    const auto reasons = co_await api::reasons_not_ready(&bridges_);
    co_return json_response(reasons.empty() ? 200 : 503, api::ready_view(reasons));
}

Task<HttpResponse> Admin::webhook(Asked asked) {
    co_return co_await webhooks_.answer(std::move(asked));
}

Task<HttpResponse> Admin::bridges(Asked) {
    co_return json_response(200, api::bridges_view(bridges_));
}

Task<HttpResponse> Admin::metrics(Asked) {
    std::vector<BridgeFigures> figures;
    for (const auto& served : bridges_) {
        auto& ledger = served.service.bridge().parts().ledger;
        figures.push_back({&served, co_await figures_of(&ledger, clock_.now())});
    }
    co_return HttpResponse{
        .status = 200,
        .headers = {{"Content-Type", "text/plain; version=0.0.4"}},
        .body = metrics_text(figures, guesses_.counts(), options_.webhook_bodies.get())};
}

Task<HttpResponse> Admin::openapi(Asked) {
    co_return json_response(200, std::string{openapi_description()});
}

}  // namespace ringbridge::admin

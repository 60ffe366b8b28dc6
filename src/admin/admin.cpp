#include "admin/admin.hpp"

#include "admin/assets.hpp"
#include "admin/body.hpp"
#include "admin/guard.hpp"
#include "admin/metrics.hpp"
#include "admin/openapi.hpp"
#include "admin/views.hpp"

#include <algorithm>

namespace ringbridge::admin {
namespace {

// The segment that `*` stands for; nothing where the path does not fit the pattern.
std::optional<std::string> fit(const std::string& pattern, const std::string& path) {
    const auto star = pattern.find('*');
    if (star == std::string::npos) {
        return pattern == path ? std::optional{std::string{}} : std::nullopt;
    }
    const auto before = pattern.substr(0, star);
    const auto after = pattern.substr(star + 1);
    if (!path.starts_with(before) || !path.ends_with(after)) return std::nullopt;
    if (path.size() <= before.size() + after.size()) return std::nullopt;
    auto id = path.substr(before.size(), path.size() - before.size() - after.size());
    if (id.find('/') != std::string::npos) return std::nullopt;
    return id;
}

std::optional<std::string> unknown_parameter(const Target& target,
                                             const std::vector<std::string>& known) {
    for (const auto& [name, value] : target.query) {
        if (std::ranges::find(known, name) == known.end()) return name;
    }
    return std::nullopt;
}

// With one bridge nobody has to name it.
Admin::Route of_bridge(std::string method, std::string path, Admin::OfBridge handler,
                       std::vector<std::string> parameters = {}) {
    parameters.emplace_back("bridge");
    return {std::move(method), std::move(path), handler, std::move(parameters)};
}

}  // namespace

Admin::Admin(AdminOptions options, std::vector<Served> bridges, Clock& clock)
    : options_{std::move(options)},
      sessions_{options_.token, options_.vault},
      bridges_{std::move(bridges)},
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
        {"GET", "/bridges", &Admin::bridges},
        of_bridge("POST", "/sync-now", &One::sync_now,
                  {"since", "until", "replaceActivities", "dryRun"}),
        of_bridge("GET", "/overview", &One::overview, {"since"}),
        of_bridge("GET", "/history", &One::history, {"since", "step"}),
        of_bridge("GET", "/events", &One::events),
        of_bridge("GET", "/runs", &One::runs, {"limit"}),
        of_bridge("GET", "/runs/*", &One::run),
        of_bridge("GET", "/calls", &One::calls, {"state", "q", "limit", "cursor"}),
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

Task<HttpResponse> Admin::answer(InboundRequest request) {
    auto target = parse_target(request.http.url);
    const auto method = request.http.method == "HEAD" ? "GET" : request.http.method;
    const Route* chosen = nullptr;
    std::string id, allowed;
    for (const auto& route : routes()) {
        const auto fitted = fit(route.path, target.path);
        if (!fitted) continue;
        allowed += (allowed.empty() ? "" : ", ") + route.method;
        if (route.method == method) {
            chosen = &route;
            id = *fitted;
        }
    }
    const bool open = chosen && chosen->open;
    if (auto refusal = open ? turn_away_other_sites(request.http)
                            : turn_away(request, options_.token, is_signed_in(request.http))) {
        co_return std::move(*refusal);
    }
    if (allowed.empty()) {
        co_return error_response(404, "not_found", "there is nothing at " + target.path);
    }
    if (!chosen) {
        auto refusal = error_response(405, "method_not_allowed", "this takes " + allowed);
        refusal.headers.push_back({"Allow", allowed});
        co_return refusal;
    }
    co_return co_await handle(chosen, {std::move(target), std::move(id), std::move(request.http)});
}

Task<HttpResponse> Admin::handle(const Route* route, Asked asked) {
    if (const auto name = unknown_parameter(asked.target, route->parameters)) {
        co_return error_response(400, "bad_parameter", "there is no parameter " + *name + " here");
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
            "say which bridge, such as ?bridge=" + bridges_.front().name + "; there are " + names)};
    }
    return std::unexpected{
        error_response(404, "unknown_bridge", "there is no bridge " + *name + ", only " + names)};
}

bool Admin::is_signed_in(const HttpRequest& request) const {
    return sessions_.is_signed_in(request.headers, clock_.now());
}

HttpResponse Admin::session_response(bool signed_in) const {
    const bool needed = !options_.token.empty();
    return json_response(200, session_view(signed_in || !needed, needed));
}

Task<HttpResponse> Admin::page(Asked) { co_return asset_response("index.html"); }

Task<HttpResponse> Admin::asset(Asked asked) { co_return asset_response(asked.id); }

Task<HttpResponse> Admin::session(Asked asked) {
    co_return session_response(is_signed_in(asked.request));
}

Task<HttpResponse> Admin::sign_in(Asked asked) {
    auto texts = read_texts(asked.request, {"token"});
    if (!texts) co_return std::move(texts.error());
    auto cookie = sessions_.begin(asked.request, (*texts)["token"], clock_.now());
    if (!cookie) {
        co_return error_response(401, "unauthorized",
                                 "this is not the ADMIN_TOKEN that ringbridge was started with");
    }
    auto response = session_response(true);
    response.headers.push_back(std::move(*cookie));
    co_return response;
}

Task<HttpResponse> Admin::sign_out(Asked) {
    auto response = session_response(false);
    response.headers.push_back(Sessions::end());
    co_return response;
}

Task<HttpResponse> Admin::health(Asked) { co_return json_response(200, health_view(bridges_)); }

Task<HttpResponse> Admin::ready(Asked) {
    std::vector<std::string> reasons;
    for (const auto& served : bridges_) {
        const auto mark = mark_of(served, bridges_);
        for (const auto& trouble : served.service.troubles()) reasons.push_back(mark + trouble);
        try {
            const auto token = co_await served.service.bridge().receptionist().token_status();
            if (token.blocked) reasons.push_back(mark + "no valid token: " + token.blocked->why);
        } catch (const std::exception&) {
            reasons.push_back(mark + "the ledger cannot be read");
        }
    }
    co_return json_response(reasons.empty() ? 200 : 503, ready_view(reasons));
}

Task<HttpResponse> Admin::bridges(Asked) { co_return json_response(200, bridges_view(bridges_)); }

Task<HttpResponse> Admin::metrics(Asked) {
    std::vector<BridgeFigures> figures;
    for (const auto& served : bridges_) {
        auto& ledger = served.service.bridge().parts().ledger;
        figures.push_back({&served, co_await figures_of(&ledger, clock_.now())});
    }
    co_return HttpResponse{.status = 200,
                           .headers = {{"Content-Type", "text/plain; version=0.0.4"}},
                           .body = metrics_text(figures)};
}

Task<HttpResponse> Admin::openapi(Asked) {
    co_return json_response(200, std::string{openapi_description()});
}

}  // namespace ringbridge::admin

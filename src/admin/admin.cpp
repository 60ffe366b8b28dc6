#include "admin/admin.hpp"

#include "admin/body.hpp"
#include "admin/guard.hpp"
#include "admin/metrics.hpp"
#include "admin/openapi.hpp"
#include "admin/parameters.hpp"
#include "admin/views.hpp"
#include "core/stop.hpp"

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

HttpResponse bad_query(const BadQuery& what) { return error_response(400, "bad_parameter", what); }

HttpResponse call_response(const Desk::Outcome& call) {
    if (call) return json_response(200, call_view(*call));
    return error_response(call.error().status, call.error().code, call.error().message);
}

HttpResponse stopped(const bridge::Report& report) {
    if (report.ending == bridge::Ending::stopped) {
        return error_response(503, "stopping", report.errors.back().message);
    }
    const bool refused = report.ending == bridge::Ending::credentials_refused;
    return error_response(refused ? 502 : 503, refused ? "credentials_refused" : "out_of_reach",
                          report.errors.back().message);
}

}  // namespace

Admin::Admin(AdminOptions options, bridge::Service& service, bridge::Bridge& bridge,
             ledger::Ledger& ledger, Clock& clock)
    : options_{std::move(options)},
      service_{service},
      bridge_{bridge},
      ledger_{ledger},
      desk_{ledger, options_.region},
      clock_{clock} {}

const std::vector<Admin::Route>& Admin::routes() {
    static const std::vector<Route> table{
        {"GET", "/health", &Admin::health, {}, true},
        {"GET", "/ready", &Admin::ready, {}, true},
        {"POST", "/sync-now", &Admin::sync_now, {"since", "until", "replaceActivities", "dryRun"}},
        {"GET", "/runs", &Admin::runs, {"limit"}},
        {"GET", "/runs/*", &Admin::run},
        {"GET", "/calls", &Admin::calls, {"state", "q", "limit", "cursor"}},
        {"GET", "/calls/*", &Admin::call},
        {"POST", "/calls/*/retry", &Admin::retry},
        {"POST", "/calls/*/dismiss", nullptr, {}, false, &Admin::dismiss},
        {"POST", "/calls/*/number", nullptr, {}, false, &Admin::give_number},
        {"POST", "/setup-properties", &Admin::setup_properties},
        {"GET", "/token/status", &Admin::token_status},
        {"POST", "/token/refresh", &Admin::refresh_token, {"force"}},
        {"GET", "/probe", &Admin::probe},
        {"GET", "/metrics", &Admin::metrics},
        {"GET", "/openapi.json", &Admin::openapi}};
    return table;
}

Task<HttpResponse> Admin::answer(InboundRequest request) {
    const auto target = parse_target(request.http.url);
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
    if (!chosen || !chosen->open) {
        if (auto refusal = turn_away(request, options_.token)) co_return std::move(*refusal);
    }
    if (allowed.empty()) {
        co_return error_response(404, "not_found", "there is nothing at " + target.path);
    }
    if (!chosen) {
        auto refusal = error_response(405, "method_not_allowed", "this takes " + allowed);
        refusal.headers.push_back({"Allow", allowed});
        co_return refusal;
    }
    if (const auto name = unknown_parameter(target, chosen->parameters)) {
        co_return bad_query("there is no parameter " + *name + " here");
    }
    if (chosen->body_handler) {
        co_return co_await (this->*chosen->body_handler)(std::move(id), std::move(request.http));
    }
    co_return co_await (this->*chosen->handler)(target, std::move(id));
}

Task<HttpResponse> Admin::health(Target, std::string) {
    co_return json_response(200, health_view(service_, clock_.now()));
}

Task<HttpResponse> Admin::ready(Target, std::string) {
    auto reasons = service_.troubles();
    try {
        const auto token = co_await bridge_.receptionist().token_status();
        if (token.blocked) reasons.push_back("no valid token: " + token.blocked->why);
    } catch (const std::exception&) {
        reasons.push_back("the ledger cannot be read");
    }
    co_return json_response(reasons.empty() ? 200 : 503, ready_view(reasons));
}

Task<HttpResponse> Admin::sync_now(Target target, std::string) {
    const auto order = read_order(target, clock_.now());
    if (!order) co_return bad_query(order.error());
    const auto report = co_await service_.run(*order, options_.lock_wait);
    if (!report) {
        co_return error_response(409, "sync_in_progress",
                                 "another run is under way; try again when it is done");
    }
    if (report->ending != bridge::Ending::done) co_return stopped(*report);
    co_return json_response(200, encode_report(*report));
}

Task<HttpResponse> Admin::runs(Target target, std::string) {
    const auto limit = read_limit(target);
    if (!limit) co_return bad_query(limit.error());
    co_return json_response(200, runs_view(co_await ledger_.runs(*limit)));
}

Task<HttpResponse> Admin::run(Target, std::string id) {
    auto report = co_await ledger_.find_run(id);
    if (!report) co_return error_response(404, "not_found", "there is no run " + id);
    co_return json_response(200, std::move(*report));
}

Task<HttpResponse> Admin::calls(Target target, std::string) {
    const auto selection = read_selection(target);
    if (!selection) co_return bad_query(selection.error());
    co_return json_response(200, calls_view(co_await ledger_.list(*selection)));
}

Task<HttpResponse> Admin::call(Target, std::string id) {
    co_return call_response(co_await desk_.find(std::move(id)));
}

Task<HttpResponse> Admin::retry(Target, std::string id) {
    co_return call_response(co_await desk_.retry(std::move(id)));
}

Task<HttpResponse> Admin::dismiss(std::string id, HttpRequest request) {
    auto texts = read_texts(request, {"reason"});
    if (!texts) co_return std::move(texts.error());
    co_return call_response(co_await desk_.dismiss(std::move(id), (*texts)["reason"]));
}

Task<HttpResponse> Admin::give_number(std::string id, HttpRequest request) {
    auto texts = read_texts(request, {"phone"});
    if (!texts) co_return std::move(texts.error());
    if (!texts->contains("phone")) {
        co_return error_response(400, "bad_body",
                                 R"(send the number as JSON: {"phone":"+1 571 830 8515"})");
    }
    co_return call_response(co_await desk_.give_number(std::move(id), texts->at("phone")));
}

Task<HttpResponse> Admin::setup_properties(Target, std::string) {
    std::string code, why;
    try {
        co_return json_response(200, setup_view(co_await bridge_.setup_properties()));
    } catch (const CredentialsRefused& refused) {
        code = "credentials_refused";
        why = refused.what();
    } catch (const OutOfReach& out) {
        code = "out_of_reach";
        why = out.what();
    }
    co_return error_response(code == "out_of_reach" ? 503 : 502, code, why);
}

Task<HttpResponse> Admin::probe(Target, std::string) {
    co_return json_response(200, bridge::encode_probe(co_await bridge_.probe()));
}

Task<HttpResponse> Admin::metrics(Target, std::string) {
    const auto figures = co_await figures_of(&ledger_, clock_.now());
    co_return HttpResponse{.status = 200,
                           .headers = {{"Content-Type", "text/plain; version=0.0.4"}},
                           .body = metrics_text(figures, service_.tally(), bridge_.parts())};
}

Task<HttpResponse> Admin::openapi(Target, std::string) {
    co_return json_response(200, std::string{openapi_description()});
}

}  // namespace ringbridge::admin

#include "admin/bridge_routes.hpp"

#include "admin/body.hpp"
#include "admin/parameters.hpp"
#include "admin/responses.hpp"
#include "api/dedup_views.hpp"
#include "api/overview.hpp"
#include "api/probe_view.hpp"
#include "api/views.hpp"
#include "bridge/stopped.hpp"

#include <asio/co_spawn.hpp>
#include <asio/this_coro.hpp>

namespace ringbridge::admin {
namespace {

using namespace std::chrono_literals;

// A dedup that takes longer is answered with 202 while it continues.
constexpr Milliseconds dedup_wait = 20s;
constexpr Milliseconds dedup_poll = 100ms;

constexpr Milliseconds event_wait = 20s;
constexpr Milliseconds event_poll = 500ms;

// Searches run one at a time: with this many waiting, a retry is served sooner.
constexpr int searches_max = 4;

class UnderWay {
  public:
    explicit UnderWay(int& count) : count_{count} { ++count_; }
    ~UnderWay() { --count_; }
    UnderWay(const UnderWay&) = delete;
    UnderWay& operator=(const UnderWay&) = delete;

  private:
    int& count_;
};

HttpResponse too_many_searches() {
    auto refusal = error_response(429, "too_many_searches",
                                  "too many searches are under way; try again in a second");
    refusal.headers.push_back({"Retry-After", "1"});
    return refusal;
}

HttpResponse number_missing() {
    return error_response(400, "bad_body",
                          R"(send the number as JSON: {"phone":"+1 571 830 8515"})");
}

HttpResponse bad_query(const BadQuery& what) { return error_response(400, "bad_parameter", what); }

HttpResponse call_response(const api::OperatorActions::Outcome& call) {
    return call ? json_response(200, api::call_view(*call)) : error_response(call.error());
}

template <class Report>
bridge::Stopped stopped(const Report& report) {
    return {report.ending, report.errors.back().message};
}

}  // namespace

BridgeRoutes::BridgeRoutes(const api::Served& served, Milliseconds lock_wait, Clock& clock)
    : served_{served},
      service_{served.service},
      bridge_{served.service.bridge()},
      ledger_{bridge_.parts().ledger},
      actions_{ledger_, served.region},
      lock_wait_{lock_wait},
      clock_{clock} {}

Task<HttpResponse> BridgeRoutes::sync_now(Asked asked) {
    const auto order = read_order(asked.target, clock_.now());
    if (!order) co_return bad_query(order.error());
    const auto report = co_await service_.run(*order, lock_wait_);
    if (!report) {
        co_return error_response(409, "sync_in_progress",
                                 "another run is under way; try again when it is done");
    }
    if (report->ending != bridge::Ending::done) co_return error_response(stopped(*report));
    co_return json_response(200, encode_report(*report));
}

Task<HttpResponse> BridgeRoutes::overview(Asked asked) {
    const auto now = clock_.now();
    const auto since = api::read_moment("since", asked.target.parameter("since"), now);
    if (!since) co_return bad_query(since.error());
    const auto overview = co_await api::overview_of(&served_, now, since->value_or(now - 24h));
    co_return json_response(200, api::overview_view(overview));
}

Task<HttpResponse> BridgeRoutes::history(Asked asked) {
    const auto now = clock_.now();
    const auto since = api::read_moment("since", asked.target.parameter("since"), now);
    if (!since) co_return bad_query(since.error());
    const auto step = read_step(asked.target);
    if (!step) co_return bad_query(step.error());
    const auto begin = since->value_or(now - 30 * 24h);
    co_return json_response(200, api::history_view(co_await ledger_.history(begin, *step), *step));
}

// Changes whenever what the dashboard shows may have changed.
Task<std::string> BridgeRoutes::pulse() {
    auto pulse = co_await ledger_.pulse();
    const auto& last = service_.last_sync();
    const auto& event = bridge_.push().last_event();
    const auto dedup = service_.last_dedup();
    co_return std::move(pulse) + '.' + std::to_string(last ? to_unix_ms(last->at) : 0) +
        (service_.has_run_in_hand() ? ".running." : ".") +
        std::to_string(event ? to_unix_ms(*event) : 0) + '.' +
        (dedup ? std::to_string(dedup->merged) + (dedup->running ? "+" : "") : "");
}

// One server-sent event per response: the browser reconnects for the next. No connection stays open
// longer than proxies allow, and none keeps the process from exiting.
Task<HttpResponse> BridgeRoutes::events(Asked asked) {
    const std::string known{header_value(asked.request.headers, "Last-Event-ID")};
    const auto patient_until = clock_.steady() + event_wait;
    auto now = co_await pulse();
    while (now == known && clock_.steady() < patient_until && !service_.is_stopping()) {
        co_await clock_.sleep(event_poll);
        now = co_await pulse();
    }
    co_return HttpResponse{.status = 200,
                           .headers = {{"Content-Type", "text/event-stream"}},
                           .body = "retry: 500\nid: " + now + "\ndata: " + now + "\n\n"};
}

Task<HttpResponse> BridgeRoutes::runs(Asked asked) {
    const auto limit = api::read_limit(asked.target.parameter("limit"));
    if (!limit) co_return bad_query(limit.error());
    co_return json_response(200, api::runs_view(co_await ledger_.runs(*limit)));
}

Task<HttpResponse> BridgeRoutes::run(Asked asked) {
    auto report = co_await ledger_.find_run(asked.id);
    if (!report) co_return error_response(404, "not_found", "there is no run " + asked.id);
    co_return json_response(200, std::move(*report));
}

Task<HttpResponse> BridgeRoutes::calls(Asked asked) {
    const auto selection = read_selection(asked.target);
    if (!selection) co_return bad_query(selection.error());
    if (selection->text.empty()) {
        co_return json_response(200, api::calls_view(co_await ledger_.list(*selection)));
    }
    if (searches_ >= searches_max) co_return too_many_searches();
    const UnderWay search{searches_};
    co_return json_response(200, api::calls_view(co_await ledger_.list(*selection)));
}

Task<HttpResponse> BridgeRoutes::call(Asked asked) {
    co_return call_response(co_await actions_.find(CallId{std::move(asked.id)}));
}

Task<HttpResponse> BridgeRoutes::retry(Asked asked) {
    co_return call_response(co_await actions_.retry(CallId{std::move(asked.id)}));
}

Task<HttpResponse> BridgeRoutes::dismiss(Asked asked) {
    auto texts = read_texts(asked.request, {"reason"});
    if (!texts) co_return std::move(texts.error());
    co_return call_response(
        co_await actions_.dismiss(CallId{std::move(asked.id)}, (*texts)["reason"]));
}

Task<HttpResponse> BridgeRoutes::give_number(Asked asked) {
    auto texts = read_texts(asked.request, {"phone"});
    if (!texts) co_return std::move(texts.error());
    if (!texts->contains("phone")) co_return number_missing();
    co_return call_response(
        co_await actions_.give_number(CallId{std::move(asked.id)}, texts->at("phone")));
}

Task<HttpResponse> BridgeRoutes::forget(Asked asked) {
    auto texts = read_texts(asked.request, {"phone"});
    if (!texts) co_return std::move(texts.error());
    if (!texts->contains("phone")) co_return number_missing();
    const auto forgotten = co_await actions_.forget(texts->at("phone"), clock_.now());
    if (!forgotten) co_return error_response(forgotten.error());
    co_return json_response(200, api::forgotten_view(*forgotten));
}

Task<HttpResponse> BridgeRoutes::dedup(Asked asked) {
    const auto dry_run = read_flag(asked.target, "dryRun");
    if (!dry_run) co_return bad_query(dry_run.error());
    auto plan = read_plan(asked.request);
    if (!plan) co_return std::move(plan.error());
    if (*dry_run && *plan) {
        co_return error_response(400, "bad_body", "a plan is for merging: leave out dryRun");
    }
    if (*dry_run) co_return co_await preview_duplicates();
    co_return co_await dedup(std::move(*plan));
}

Task<HttpResponse> BridgeRoutes::preview_duplicates() {
    const auto found = co_await bridge::until_stopped(bridge_.preview_duplicates());
    if (!found) co_return error_response(found.error());
    auto preview = api::dedup_view(*found);
    if (!service_.is_deduplicating()) last_preview_ = preview;
    co_return json_response(200, std::move(preview));
}

// Dedup continues even if the client disconnects; only a short one is waited for.
Task<HttpResponse> BridgeRoutes::dedup(std::optional<std::vector<DuplicateGroup>> edited) {
    if (service_.is_deduplicating()) {
        co_return error_response(409, "dedup_in_progress",
                                 "dedup is under way; GET /dedup shows its progress");
    }
    last_preview_.clear();
    const auto executor = co_await asio::this_coro::executor;
    // Errors are in the log and in the report.
    asio::co_spawn(executor, service_.dedup(std::move(edited)),
                   [](std::exception_ptr, const bridge::DedupReport&) {});
    const auto report = service_.last_dedup();
    const auto patient_until = clock_.steady() + dedup_wait;
    do co_await clock_.sleep(dedup_poll);
    while (report->running && clock_.steady() < patient_until);
    if (report->ending == bridge::Ending::credentials_refused ||
        report->ending == bridge::Ending::out_of_reach) {
        co_return error_response(stopped(*report));
    }
    co_return json_response(report->running ? 202 : 200, api::dedup_view(*report));
}

Task<HttpResponse> BridgeRoutes::last_dedup(Asked) {
    if (!last_preview_.empty()) co_return json_response(200, last_preview_);
    if (service_.last_dedup()) {
        co_return json_response(200, api::dedup_view(*service_.last_dedup()));
    }
    co_return error_response(404, "not_found",
                             "no search for duplicates since the start: POST /dedup?dryRun=true "
                             "runs one");
}

Task<HttpResponse> BridgeRoutes::setup_properties(Asked) {
    const auto setup = co_await service_.setup_properties(lock_wait_);
    if (!setup) {
        co_return error_response(409, "sync_in_progress",
                                 "a run is under way and creates missing properties itself; try "
                                 "again when it is done");
    }
    if (!*setup) co_return error_response(setup->error());
    co_return json_response(200, api::setup_view(**setup));
}

Task<HttpResponse> BridgeRoutes::probe(Asked) {
    co_return json_response(200, api::probe_view(co_await bridge_.probe()));
}

}  // namespace ringbridge::admin

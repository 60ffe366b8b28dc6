// The admin API: the contract's routes, as coroutines that know no socket.
#pragma once

#include "admin/desk.hpp"
#include "bridge/service.hpp"
#include "core/secret.hpp"
#include "core/url.hpp"
#include "ports/http.hpp"

#include <string>
#include <vector>

namespace ringbridge::admin {

struct AdminOptions {
    Secret token;               ///< empty: loopback only
    Milliseconds lock_wait;     ///< how long /sync-now waits for a run in progress
    std::string region = "US";  ///< of numbers without a country code
};

class Admin {
  public:
    Admin(AdminOptions options, bridge::Service& service, bridge::Bridge& bridge,
          ledger::Ledger& ledger, Clock& clock);

    Task<HttpResponse> answer(InboundRequest request);

    using Handler = Task<HttpResponse> (Admin::*)(Target target, std::string id);
    using BodyHandler = Task<HttpResponse> (Admin::*)(std::string id, HttpRequest request);
    struct Route {
        std::string method;
        std::string path;  ///< `*` stands for one segment, given to the handler as `id`
        Handler handler;
        std::vector<std::string> parameters = {};
        bool open = false;                   ///< needs no token
        BodyHandler body_handler = nullptr;  ///< in place of `handler`, where the body counts
    };
    /// openapi.json describes the same.
    static const std::vector<Route>& routes();

  private:
    Task<HttpResponse> health(Target target, std::string id);
    Task<HttpResponse> ready(Target target, std::string id);
    Task<HttpResponse> sync_now(Target target, std::string id);
    Task<HttpResponse> runs(Target target, std::string id);
    Task<HttpResponse> run(Target target, std::string id);
    Task<HttpResponse> calls(Target target, std::string id);
    Task<HttpResponse> call(Target target, std::string id);
    Task<HttpResponse> retry(Target target, std::string id);
    Task<HttpResponse> dismiss(std::string id, HttpRequest request);
    Task<HttpResponse> give_number(std::string id, HttpRequest request);
    Task<HttpResponse> setup_properties(Target target, std::string id);
    Task<HttpResponse> token_status(Target target, std::string id);
    Task<HttpResponse> refresh_token(Target target, std::string id);
    Task<HttpResponse> probe(Target target, std::string id);
    Task<HttpResponse> metrics(Target target, std::string id);
    Task<HttpResponse> openapi(Target target, std::string id);

    const AdminOptions options_;
    bridge::Service& service_;
    bridge::Bridge& bridge_;
    ledger::Ledger& ledger_;
    Desk desk_;
    Clock& clock_;
};

}  // namespace ringbridge::admin

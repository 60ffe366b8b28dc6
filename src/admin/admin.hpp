// The admin API: the contract's routes, as coroutines that know no socket.
#pragma once

#include "bridge/service.hpp"
#include "core/secret.hpp"
#include "core/url.hpp"
#include "ports/http.hpp"

#include <string>
#include <vector>

namespace ringbridge::admin {

struct AdminOptions {
    Secret token;            ///< empty: loopback only
    Milliseconds lock_wait;  ///< how long /sync-now waits for a run in progress
};

class Admin {
  public:
    Admin(AdminOptions options, bridge::Service& service, bridge::Bridge& bridge,
          ledger::Ledger& ledger, Clock& clock);

    Task<HttpResponse> answer(InboundRequest request);

  private:
    using Handler = Task<HttpResponse> (Admin::*)(Target target, std::string id);
    struct Route {
        std::string method;
        std::string path;  ///< `*` stands for one segment, given to the handler as `id`
        Handler handler;
        std::vector<std::string> parameters = {};
        bool open = false;  ///< needs no token
    };
    static const std::vector<Route>& routes();

    Task<HttpResponse> health(Target target, std::string id);
    Task<HttpResponse> ready(Target target, std::string id);
    Task<HttpResponse> sync_now(Target target, std::string id);
    Task<HttpResponse> runs(Target target, std::string id);
    Task<HttpResponse> run(Target target, std::string id);
    Task<HttpResponse> calls(Target target, std::string id);
    Task<HttpResponse> call(Target target, std::string id);
    Task<HttpResponse> retry(Target target, std::string id);
    Task<HttpResponse> setup_properties(Target target, std::string id);
    Task<HttpResponse> probe(Target target, std::string id);
    Task<HttpResponse> metrics(Target target, std::string id);

    const AdminOptions options_;
    bridge::Service& service_;
    bridge::Bridge& bridge_;
    ledger::Ledger& ledger_;
    Clock& clock_;
};

}  // namespace ringbridge::admin

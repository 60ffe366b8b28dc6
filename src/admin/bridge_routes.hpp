// The routes of a single bridge.
#pragma once

#include "api/operator_actions.hpp"
#include "api/served.hpp"
#include "core/url.hpp"
#include "ports/http.hpp"

#include <string>

namespace ringbridge::admin {

/// A request, once its route is known.
struct Asked {
    Target target;
    std::string id;  ///< what the path's `*` matched: one segment, or several with `/` between
    HttpRequest request;
    std::string peer;
};

class BridgeRoutes {
  public:
    /// `lock_wait`: how long a requested run waits for one in progress.
    BridgeRoutes(const api::Served& served, Milliseconds lock_wait, Clock& clock);

    Task<HttpResponse> sync_now(Asked asked);
    Task<HttpResponse> overview(Asked asked);
    Task<HttpResponse> history(Asked asked);
    Task<HttpResponse> events(Asked asked);
    Task<HttpResponse> runs(Asked asked);
    Task<HttpResponse> run(Asked asked);
    Task<HttpResponse> calls(Asked asked);
    Task<HttpResponse> call(Asked asked);
    Task<HttpResponse> retry(Asked asked);
    Task<HttpResponse> dismiss(Asked asked);
    Task<HttpResponse> give_number(Asked asked);
    Task<HttpResponse> forget(Asked asked);
    Task<HttpResponse> dedup(Asked asked);
    Task<HttpResponse> last_dedup(Asked asked);
    Task<HttpResponse> setup_properties(Asked asked);
    Task<HttpResponse> token_status(Asked asked);
    Task<HttpResponse> refresh_token(Asked asked);
    Task<HttpResponse> probe(Asked asked);

  private:
    Task<std::string> pulse();
    Task<HttpResponse> preview_duplicates();
    Task<HttpResponse> dedup(std::optional<std::vector<DuplicateGroup>> edited);

    const api::Served served_;
    bridge::Service& service_;
    bridge::Bridge& bridge_;
    ledger::Ledger& ledger_;
    api::OperatorActions actions_;
    int searches_ = 0;          ///< under way
    std::string last_preview_;  ///< empty once a dedup has followed it
    const Milliseconds lock_wait_;
    Clock& clock_;
};

}  // namespace ringbridge::admin

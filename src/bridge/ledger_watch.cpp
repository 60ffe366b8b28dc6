#include "bridge/ledger_watch.hpp"

#include "core/stop.hpp"

#include <utility>

namespace ringbridge::bridge {

using namespace std::chrono_literals;

Task<> LedgerWatch::keep_watching(ledger::Ledger* ledger, Leases* leases) {
    for (;;) {
        co_await check(ledger, leases);
        co_await clock_.sleep(2s);
    }
}

Task<> LedgerWatch::check(ledger::Ledger* ledger, Leases* leases) {
    std::string why_away;
    try {
        co_await ledger->check();
        if (leases) co_await leases->renew();
    } catch (const std::exception& error) {
        why_away = error.what();
    }
    note(std::move(why_away));
}

void LedgerWatch::note(std::string why_away) {
    if (why_away_.empty() != why_away.empty()) {
        if (why_away.empty()) {
            log_.info("ledger_back");
        } else {
            log_.warn("ledger_away", {{"why", why_away}, {"effect", "nothing is begun"}});
        }
    }
    why_away_ = std::move(why_away);
}

Task<> LedgerWatch::until_it_answers(const bool* stopping) const {
    while (!why_away_.empty() && !*stopping) co_await clock_.sleep(500ms);
}

Task<std::expected<HttpResponse, Lost>> GuardedHttp::fetch(HttpRequest request) {
    if (!watch_.why_away().empty()) throw LedgerOutOfReach{watch_.why_away()};
    if (leases_ && !leases_->limit(&request)) {
        throw LedgerOutOfReach{"this replica's leases could not be renewed in time"};
    }
    co_return co_await http_.fetch(std::move(request));
}

}  // namespace ringbridge::bridge

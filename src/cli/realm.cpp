#include "cli/realm.hpp"

namespace ringbridge::cli {
namespace {

// `pat-na1-…`: a service key and a private app's token look alike.
std::string kind_of(const Secret& token) {
    return token.reveal().starts_with("pat-") ? "service key or private app" : "unknown";
}

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }

Task<bridge::Realm> ask(bridge::Bridge* bridge) {
    bridge::Realm realm;
    try {
        realm = co_await bridge->realm();
    } catch (const std::exception& error) {
        realm.trouble = error.what();
    }
    co_return realm;
}

}  // namespace

Task<> tell_realm(Worker* worker) {
    const auto& settings = worker->settings();
    const auto realm = co_await ask(&worker->bridge());
    Fields fields{{"portal", or_unknown(realm.portal)},
                  {"account_type", or_unknown(realm.account_type)},
                  {"api_version", or_unknown(realm.version)},
                  {"activity_api", or_unknown(realm.activities)},
                  {"token", kind_of(settings.hubspot_token)},
                  {"dry_run", "no"},
                  {"receptionist", settings.receptionist},
                  {"ledger", "sqlite:" + settings.database_path}};
    if (!realm.trouble.empty()) fields.emplace_back("why", realm.trouble);
    worker->log().write(realm.trouble.empty() ? Level::info : Level::warn, "realm",
                        std::move(fields));
}

}  // namespace ringbridge::cli

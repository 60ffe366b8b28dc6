#include "cli/target_account.hpp"

namespace ringbridge::cli {
namespace {

// `pat-na1-…`: a service key and a private app's token look alike.
std::string kind_of(const Secret& token) {
    return token.reveal().starts_with("pat-") ? "service key or private app" : "unknown";
}

std::string or_unknown(const std::string& text) { return text.empty() ? "unknown" : text; }

Task<bridge::TargetAccount> ask(bridge::Bridge* bridge) {
    bridge::TargetAccount target_account;
    try {
        target_account = co_await bridge->target_account();
    } catch (const std::exception& error) {
        target_account.error = error.what();
    }
    co_return target_account;
}

}  // namespace

Task<> log_target_account(Worker* worker) {
    const auto& settings = worker->settings();
    const auto target_account = co_await ask(&worker->bridge());
    Fields fields{{"portal", or_unknown(target_account.portal)},
                  {"account_type", or_unknown(target_account.account_type)},
                  {"api_version", or_unknown(target_account.version)},
                  {"activity_api", or_unknown(target_account.activities)},
                  {"token", kind_of(settings.hubspot_token)},
                  {"dry_run", "no"},
                  {"receptionist", settings.receptionist},
                  {"ledger", settings.database_url.empty() ? "sqlite:" + settings.database_path
                                                           : settings.database_path}};
    if (!target_account.error.empty()) fields.emplace_back("why", target_account.error);
    worker->log().write(target_account.error.empty() ? Level::info : Level::warn, "target_account",
                        std::move(fields));
}

}  // namespace ringbridge::cli

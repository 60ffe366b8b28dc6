#include "ledger/postgres/address.hpp"

#include "core/stop.hpp"

#include <libpq-fe.h>
#include <memory>

namespace ringbridge::ledger::postgres {
namespace {

struct FreeOptions {
    void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using Options = std::unique_ptr<PQconninfoOption, FreeOptions>;

// A connection that hangs is noticed by both sides. The URL may say otherwise.
const std::vector<std::pair<std::string, std::string>> defaults{
    {"connect_timeout", "3"},     {"keepalives_idle", "5"},
    {"keepalives_interval", "2"}, {"keepalives_count", "3"},
    {"tcp_user_timeout", "9000"}, {"fallback_application_name", "ringbridge"}};

}  // namespace

Address::Address(const Secret& url, const Secret& password)
    : options_{defaults}, password_{password} {
    char* ignored = nullptr;  // libpq's message quotes the URL, and with it the password
    const Options parsed{PQconninfoParse(url.reveal().c_str(), &ignored)};
    PQfreemem(ignored);
    if (!parsed) {
        throw WrongSettings{
            "DATABASE_URL is not a PostgreSQL address: must be "
            "postgresql://USER@HOST:PORT/DATABASE?sslmode=verify-full, with special characters in "
            "its parts written as %40 and the like; give the password as DATABASE_PASSWORD"};
    }
    for (const auto* option = parsed.get(); option->keyword != nullptr; ++option) {
        if (option->val == nullptr) continue;
        options_.emplace_back(option->keyword, option->val);
        if (password.empty() && options_.back().first == "password") {
            password_ = Secret{options_.back().second};
        }
    }
    if (!password.empty()) options_.emplace_back("password", password.reveal());
    options_.emplace_back("client_encoding", "UTF8");
}

std::vector<const char*> Address::keywords() const {
    std::vector<const char*> keywords;
    for (const auto& [keyword, value] : options_) keywords.push_back(keyword.c_str());
    keywords.push_back(nullptr);
    return keywords;
}

std::vector<const char*> Address::values() const {
    std::vector<const char*> values;
    for (const auto& [keyword, value] : options_) values.push_back(value.c_str());
    values.push_back(nullptr);
    return values;
}

}  // namespace ringbridge::ledger::postgres

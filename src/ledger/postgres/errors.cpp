#include "ledger/postgres/errors.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ringbridge::ledger::postgres {
namespace {

bool is_of_class(const std::string& code, std::string_view name) { return code.starts_with(name); }

// Resources, an administrator's shutdown, a rollback in favour of another, a lock not available, a
// timeout, a system's error: all pass.
bool passes(const std::string& code) {
    constexpr std::array<std::string_view, 6> classes{"08", "53", "57", "58", "40", "55"};
    return code.empty() ||
           std::ranges::any_of(classes, [&](auto name) { return is_of_class(code, name); });
}

// What libpq itself says of a demanded TLS that it did not get (its fe-connect.c and
// fe-secure-openssl.c). Broken handshakes have other words: they may pass.
bool is_about_tls(const std::string& message) {
    constexpr std::array<std::string_view, 4> words{"does not support SSL", "certificate",
                                                    "invalid sslmode", "does not match host name"};
    return std::ranges::any_of(words, [&](auto word) { return message.contains(word); });
}

constexpr const char* read_only = "25006";

}  // namespace

void connection_lost(const std::string& why) {
    throw LedgerOutOfReach{"the ledger's database is out of reach: " + why};
}

void cannot_connect(const Complaint& complaint) {
    const auto& [code, message] = complaint;
    if (is_of_class(code, "28")) {
        throw CredentialsRefused{"the ledger's database refuses the login: " + message +
                                 "; check DATABASE_URL and DATABASE_PASSWORD"};
    }
    if (is_about_tls(message)) {
        throw WrongSettings{
            "the ledger's database does not offer the TLS that DATABASE_URL demands: " + message};
    }
    if (!passes(code)) {
        throw WrongSettings{"the ledger's database cannot be used: " + message +
                            "; check DATABASE_URL"};
    }
    connection_lost(message);
}

void statement_failed(const Complaint& complaint) {
    const auto& [code, message] = complaint;
    if (code == read_only) {
        throw LedgerOutOfReach{"the ledger's database is read-only: " + message};
    }
    if (passes(code)) connection_lost(message);
    if (code == "42501") {
        throw WrongSettings{"the ledger's database: " + message +
                            "; DATABASE_URL must name a user who may create and write tables"};
    }
    throw std::runtime_error{"the ledger's database failed: " + message + " (" + code + ")"};
}

}  // namespace ringbridge::ledger::postgres

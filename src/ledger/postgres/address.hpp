// Where a PostgreSQL ledger is: a libpq address (postgresql.org/docs/15/libpq-connect.html,
// "Connection URIs") with what ringbridge adds to it. Private to this folder.
#pragma once

#include "core/secret.hpp"

#include <string>
#include <utility>
#include <vector>

namespace ringbridge::ledger::postgres {

class Address {
  public:
    /// `password`: wins over one in the URL. Throws WrongSettings if libpq cannot read the URL.
    Address(const Secret& url, const Secret& password);

    /// As PQconnectdbParams takes them: null at the end; valid as long as this object.
    std::vector<const char*> keywords() const;
    std::vector<const char*> values() const;

    /// `text` without the password.
    std::string hide(std::string text) const { return password_.hidden_in(std::move(text)); }

  private:
    std::vector<std::pair<std::string, std::string>> options_;  ///< the last of a name counts
    Secret password_;
};

}  // namespace ringbridge::ledger::postgres

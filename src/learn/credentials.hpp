// Where somebody typed e-mail and password.
#pragma once

#include "learn/har.hpp"
#include "learn/routes.hpp"

#include <optional>
#include <string>

namespace ringbridge::learn {

struct TypedCredentials {
    std::size_t exchange = 0;  ///< the request with the password
    std::string email, password;
    std::string password_key;
};

/// Of the last login before `before` that was not refused; nothing if there is none.
std::optional<TypedCredentials> find_credentials(const Recording& recording, std::size_t before);

/// Names of fields for passwords: also new ones, and those to be typed twice.
bool is_password_name(const std::string& key);

}  // namespace ringbridge::learn

// The only place where secrets are sealed, with the operator's key: so that what lies at rest tells
// nothing to whoever copies it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge {

class Vault {
  public:
    virtual ~Vault() = default;
    virtual bool has_key() const = 0;
    /// Without a key: the text as it is. Never twice the same with one.
    virtual std::string seal(std::string_view text) = 0;
    /// Nothing where it was sealed with another key, or changed since. Text that was not sealed
    /// comes back as it is.
    virtual std::optional<std::string> unseal(std::string_view sealed) const = 0;
    /// 64 hex digits that nobody can turn back, and without the key nobody can guess at.
    virtual std::string hash(std::string_view text) const = 0;
};

}  // namespace ringbridge

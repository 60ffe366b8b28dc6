// The only place where secrets are encrypted, with the operator's key: so that a copy of what is
// stored reveals nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringbridge {

class Vault {
  public:
    virtual ~Vault() = default;
    virtual bool has_key() const = 0;
    /// Without a key: the text unchanged. With one, the result differs each time.
    virtual std::string seal(std::string_view text) = 0;
    /// Nothing if it was sealed with another key, or modified since. Text that was not sealed is
    /// returned unchanged.
    virtual std::optional<std::string> unseal(std::string_view sealed) const = 0;
    /// 64 hex digits: a one-way hash that, without the key, cannot be found by guessing.
    virtual std::string hash(std::string_view text) const = 0;
    /// The 32 bytes of HMAC-SHA-256 (RFC 2104): how others sign with a secret that we share.
    virtual std::string hmac_sha256(std::string_view secret, std::string_view text) const = 0;
};

}  // namespace ringbridge

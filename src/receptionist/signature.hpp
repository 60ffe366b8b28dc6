// Whether a webhook comes from the platform: judged on the bytes as they came, before anything in
// them is read.
#pragma once

#include "core/secret.hpp"
#include "ports/http.hpp"
#include "ports/vault.hpp"
#include "receptionist/placeholders.hpp"
#include "receptionist/webhook.hpp"

#include <optional>
#include <string>
#include <vector>

namespace ringbridge::receptionist {

struct Delivered {
    const Headers& headers;
    const std::string& body;
    Values record = {};  ///< `${record.NAME}` of the call, where a signature covers one
};

/// Nothing if any of the profile's signatures or secret headers proves it with any of `secrets`;
/// else why not, as a sentence without any of what was sent. Takes a time that does not depend on
/// where digests differ.
std::optional<std::string> fault_in_signature(const Delivered& delivered, const Webhook& webhook,
                                              const std::vector<Secret>& secrets,
                                              const Vault& vault, UtcTime now);

}  // namespace ringbridge::receptionist

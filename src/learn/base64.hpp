// Base64 (RFC 4648), as in HAR files and Authorization headers.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge::learn {

/// Skips what does not belong to it.
std::string decode_base64(std::string_view text);

}  // namespace ringbridge::learn

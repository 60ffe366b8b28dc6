// Base64 (RFC 4648): of HAR files, Authorization headers and the parts of a JWT.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// Of either alphabet, the standard one and that for addresses. Skips what belongs to neither.
std::string decode_base64(std::string_view text);

}  // namespace ringbridge

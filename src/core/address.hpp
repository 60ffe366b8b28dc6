// Numbers given as addresses: `sip:+15718308515@203.0.113.110:5060;user=phone`, `tel:…`.
#pragma once

#include <string>
#include <string_view>

namespace ringbridge {

/// `text` with every address in it reduced to its user part: no scheme, host or port, and of the
/// parameters only an extension and the country code of a local number. The rest is unchanged.
std::string users_only(std::string_view text);

}  // namespace ringbridge

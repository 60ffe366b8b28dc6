// What this program calls itself. Set by the build from CMakeLists.txt's project version.
#pragma once

namespace ringbridge {

inline constexpr const char* version = RINGBRIDGE_VERSION;

}  // namespace ringbridge

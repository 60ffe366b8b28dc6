// The program's version, set by the build from CMakeLists.txt.
#pragma once

namespace ringbridge {

inline constexpr const char* version = RINGBRIDGE_VERSION;

}  // namespace ringbridge

#pragma once

#include <string_view>

namespace rollcall::app {

/// Of the release, from CMakeLists.txt: "0.1.0".
inline constexpr std::string_view version = ROLLCALL_VERSION;

}  // namespace rollcall::app

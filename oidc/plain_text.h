#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace rollcall::oidc {

constexpr std::size_t max_plain_text = 200;

/// A stranger's UTF-8 text as logs and traces may hold it: without control characters (C0, DEL, C1,
/// line and paragraph separators, bidirectional controls), cut to max_plain_text bytes at a
/// character's end.
std::string plain_text(std::string_view text);

}  // namespace rollcall::oidc

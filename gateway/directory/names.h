#pragma once

#include "gateway/base/result.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace rollcall {

/// Characters of UTF-8 text.
inline std::size_t characters_in(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

/// invalid_value unless `name` has 1 to 100 characters; `whose` is "a token".
inline Result<> check_name(std::string_view name, std::string_view whose) {
  constexpr std::size_t longest = 100;
  if (!name.empty() && characters_in(name) <= longest) return {};
  return Error(Fault::invalid_value,
               "The name of " + std::string(whose) + " has 1 to 100 characters.");
}

}  // namespace rollcall

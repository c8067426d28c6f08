#pragma once

#include <span>
#include <string_view>

namespace rollcall::sign_in {

/// A file of pages/, without its ending. Mustache, but for "style".
struct PageSource {
  std::string_view name;
  std::string_view text;
};

std::span<const PageSource> page_sources();

}  // namespace rollcall::sign_in

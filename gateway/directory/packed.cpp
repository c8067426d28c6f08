#include "gateway/directory/packed.h"

#include <charconv>
#include <stdexcept>

namespace rollcall {

std::string pack(std::span<const std::string> texts) {
  std::string packed;
  for (const std::string& text : texts) {
    packed.append(std::to_string(text.size())).append(1, ':').append(text);
  }
  return packed;
}

std::vector<std::string> unpack(std::string_view packed) {
  std::vector<std::string> texts;
  while (!packed.empty()) {
    const char* end = packed.data() + packed.size();
    std::size_t size = 0;
    const auto [stop, status] = std::from_chars(packed.data(), end, size);
    if (status != std::errc() || stop == end || *stop != ':' ||
        size > static_cast<std::size_t>(end - stop - 1)) {
      throw std::logic_error("the store holds a list that cannot be read");
    }
    texts.emplace_back(stop + 1, size);
    packed.remove_prefix(static_cast<std::size_t>(stop - packed.data()) + 1 + size);
  }
  return texts;
}

}  // namespace rollcall

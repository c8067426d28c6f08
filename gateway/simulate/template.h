#pragma once

#include <string>
#include <string_view>

namespace rollcall::simulate {

/// `text` with $person replaced by `person`: one body for several people.
inline std::string fill(std::string_view text, std::string_view person) {
  constexpr std::string_view slot = "$person";
  std::string out(text);
  for (auto at = out.find(slot); at != out.npos; at = out.find(slot, at + person.size())) {
    out.replace(at, slot.size(), person);
  }
  return out;
}

}  // namespace rollcall::simulate

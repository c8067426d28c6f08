#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace rollcall {

/// The name of `known` that `word` was probably meant to be, for "did you mean": the fewest edits
/// (insert, remove, replace, swap two neighbours), at most a third of the word. First of equals.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> known);

}  // namespace rollcall

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

/// A list of texts in one column, each behind its length: "5:alice3:bob".
std::string pack(std::span<const std::string> texts);
/// Throws std::logic_error for what pack() did not write.
std::vector<std::string> unpack(std::string_view packed);

}  // namespace rollcall

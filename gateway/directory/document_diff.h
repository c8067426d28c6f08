#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

/// The names of the top-level members that differ between two documents of canonical JSON text
/// without outer braces (UserProfile::document). Compares text, without parsing values.
std::vector<std::string> changed_members(std::string_view before, std::string_view after);

}  // namespace rollcall

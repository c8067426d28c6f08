#include "scim/task.h"

#include "gateway/base/text.h"

namespace rollcall::scim {

std::string entity_tag(std::int64_t version) { return "W/\"" + std::to_string(version) + '"'; }

bool names_version(std::string_view tags, std::int64_t version) {
  const std::string opaque = '"' + std::to_string(version) + '"';
  while (true) {
    const auto comma = tags.find(',');
    auto tag = trim(tags.substr(0, comma));
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == "*" || tag == opaque) return true;
    if (comma == std::string_view::npos) return false;
    tags.remove_prefix(comma + 1);
  }
}

Result<> check_if_match(const Context& context, std::int64_t version) {
  if (!context.if_match || names_version(*context.if_match, version)) return {};
  return Error(Fault::version_mismatch,
               "The resource has changed: its version is now " + entity_tag(version) + ".");
}

}  // namespace rollcall::scim

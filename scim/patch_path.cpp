#include "scim/patch_path.h"

#include "gateway/base/text.h"

#include <string>

namespace rollcall::scim {
namespace {

/// A path split at its brackets; without any, `name` is all of it.
struct Parts {
  std::string_view name;
  std::optional<std::string_view> filter;
  std::string_view sub_attribute;
};

Error bad(std::string_view path, std::string_view problem) {
  return {Fault::invalid_path,
          "The path " + std::string(path.substr(0, 200)) + ' ' + std::string(problem) + '.'};
}

/// The position of the bracket that closes, quoted text passed over.
std::size_t closing_bracket(std::string_view text, std::size_t from) {
  bool quoted = false;
  for (std::size_t at = from; at < text.size(); ++at) {
    if (quoted && text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      quoted = !quoted;
    } else if (text[at] == ']' && !quoted) {
      return at;
    }
  }
  return std::string_view::npos;
}

Result<Parts> split(std::string_view text) {
  Parts parts{text, std::nullopt, {}};
  const auto open = text.find('[');
  if (open == std::string_view::npos) return parts;
  const auto close = closing_bracket(text, open);
  if (close == std::string_view::npos) return bad(text, "has no closing bracket");
  parts.name = text.substr(0, open);
  parts.filter = text.substr(open + 1, close - open - 1);
  const std::string_view rest = text.substr(close + 1);
  if (rest.empty()) return parts;
  parts.sub_attribute = rest.substr(1);
  if (rest.front() != '.' || !is_attribute_path(parts.sub_attribute)) {
    return bad(text, "cannot be read behind its bracket");
  }
  return parts;
}

}  // namespace

Result<std::optional<PatchTarget>> parse_patch_path(std::string_view text, const ResourceType& type,
                                                    const Quirks& quirks) {
  text = trim(text);
  TRY(const Parts parts, split(text));
  if (!is_attribute_path(parts.name)) return bad(text, "is no attribute path");
  const auto unknown = [&]() -> Result<std::optional<PatchTarget>> {
    if (quirks.ignore_unknown_paths) return std::optional<PatchTarget>();
    return bad(text, "names no attribute of a " + std::string(type.name));
  };
  const auto path = resolve_path(parts.name, type, quirks);
  if (!path) return unknown();
  PatchTarget target{*path, std::nullopt};
  if (!parts.filter) return std::optional(std::move(target));
  if (path->attribute == nullptr || path->sub_attribute != nullptr || !path->attribute->complex() ||
      !path->attribute->multi_valued) {
    return bad(text, "has a filter on what is not multi-valued");
  }
  TRY(target.filter, parse_element_filter(*parts.filter, *path->attribute, quirks));
  if (!parts.sub_attribute.empty()) {
    target.path.sub_attribute = path->attribute->find(parts.sub_attribute);
    if (target.path.sub_attribute == nullptr) return unknown();
  }
  return std::optional(std::move(target));
}

}  // namespace rollcall::scim

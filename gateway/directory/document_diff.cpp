#include "gateway/directory/document_diff.h"

#include <algorithm>

namespace rollcall {
namespace {

struct Part {
  std::string_view name;
  std::string_view value;
};

/// The end of the string whose opening quote is at `at`: the index behind its closing quote.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return std::min(at + 1, text.size());
}

/// The index of the comma behind a value, or the end of the text.
std::size_t end_of_value(std::string_view text, std::size_t at) {
  int depth = 0;
  while (at < text.size() && (depth > 0 || text[at] != ',')) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_string(text, at);
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    ++at;
  }
  return at;
}

std::vector<Part> parts_of(std::string_view text) {
  std::vector<Part> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t colon = end_of_string(text, at);
    const std::size_t end = end_of_value(text, std::min(colon + 1, text.size()));
    parts.push_back({text.substr(at, colon - at), text.substr(colon, end - colon)});
    at = end + 1;
  }
  return parts;
}

const Part* find(const std::vector<Part>& parts, std::string_view name) {
  const auto found = std::ranges::find(parts, name, &Part::name);
  return found == parts.end() ? nullptr : &*found;
}

/// Without its quotes.
std::string bare(std::string_view name) {
  return std::string(name.size() < 2 ? name : name.substr(1, name.size() - 2));
}

}  // namespace

std::vector<std::string> changed_members(std::string_view before, std::string_view after) {
  std::vector<std::string> names;
  if (before == after) return names;
  const std::vector<Part> old_parts = parts_of(before);
  const std::vector<Part> new_parts = parts_of(after);
  for (const Part& part : new_parts) {
    const Part* old = find(old_parts, part.name);
    if (!old || old->value != part.value) names.push_back(bare(part.name));
  }
  for (const Part& part : old_parts) {
    if (!find(new_parts, part.name)) names.push_back(bare(part.name));
  }
  return names;
}

}  // namespace rollcall

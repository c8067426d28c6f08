#include "oidc/claims.h"
#include "oidc/compact.h"

#include <algorithm>
#include <array>

namespace rollcall::oidc {
namespace {

constexpr std::size_t max_groups = 10'000;
constexpr std::size_t max_group_size = 256;

/// Where an object that stands for a group says which one, best first.
constexpr std::array<std::string_view, 4> text_members{"name", "display", "value", "id"};

const std::string* text_of_group(const json::Value& value) {
  if (value.object() == nullptr) return value.string();
  for (const std::string_view member : text_members) {
    const std::string* text = text_of(*value.object(), member);
    if (text != nullptr && !text->empty()) return text;
  }
  return nullptr;
}

std::vector<std::string> split_at(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!separator.empty()) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) break;
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
  }
  parts.emplace_back(text);
  return parts;
}

ClaimedGroups unknown(std::string problem) {
  return {.state = ClaimedGroups::State::unknown, .problem = std::move(problem)};
}

ClaimedGroups bounded(std::vector<std::string> values) {
  if (values.size() > max_groups) return unknown("The groups claim has over 10,000 values.");
  std::erase(values, std::string());
  const bool over_long = std::any_of(values.begin(), values.end(), [](const std::string& value) {
    return value.size() > max_group_size;
  });
  if (over_long) return unknown("The groups claim has a value of over 256 bytes.");
  return {.state = ClaimedGroups::State::present, .values = std::move(values)};
}

}  // namespace

ClaimedGroups groups_of(const json::Value* claim, std::string_view separator) {
  if (claim == nullptr) return {};
  if (claim->string() != nullptr) return bounded(split_at(*claim->string(), separator));
  const json::Array* array = claim->array();
  if (array == nullptr) return unknown("The groups claim is neither a text nor a list.");
  std::vector<std::string> values;
  for (const json::Value& element : *array) {
    if (const std::string* text = text_of_group(element)) values.push_back(*text);
  }
  // What we cannot read is not "no groups".
  if (values.empty() && !array->empty()) return unknown("The groups claim holds no texts.");
  return bounded(std::move(values));
}

}  // namespace rollcall::oidc

#include "gateway/simulate/answer.h"

#include <algorithm>
#include <charconv>

namespace rollcall::simulate {

namespace {

// Answers may be long lists from a foreign server, so the bounds are wider than those of a request.
constexpr json::Limits answer_limits{.depth = 64, .values = 10'000'000};

const json::Value* element(const json::Array& array, std::string_view selector) {
  const auto equals = selector.find('=');
  if (equals == selector.npos) {
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(selector.begin(), selector.end(), index);
    const bool is_index = error == std::errc() && end == selector.end();
    return is_index && index < array.size() ? &array[index] : nullptr;
  }
  for (const json::Value& candidate : array) {
    if (!candidate.object()) continue;
    const auto* value = candidate.object()->find_ignoring_case(selector.substr(0, equals));
    if (value && value->string() && *value->string() == selector.substr(equals + 1)) {
      return &candidate;
    }
  }
  return nullptr;
}

const json::Value* child(const json::Value& parent, std::string_view segment) {
  if (parent.object()) return parent.object()->find_ignoring_case(segment);
  if (parent.array()) return element(*parent.array(), segment);
  return nullptr;
}

}  // namespace

Answer::Answer(Incoming incoming) : incoming_(std::move(incoming)) {
  auto parsed = json::parse(incoming_.body, answer_limits);
  if (!parsed) return;
  document_ = *std::move(parsed);
  is_json_ = true;
}

const json::Value* Answer::at(std::string_view path) const {
  const json::Value* value = is_json_ ? &document_ : nullptr;
  while (value && !path.empty()) {
    const auto segment = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), segment.size() + 1));
    value = child(*value, segment);
  }
  return value;
}

std::vector<std::string> Answer::values_of(std::string_view path) const {
  std::vector<std::string> values;
  const json::Value* list = at(path);
  if (!list || !list->array()) return values;
  for (const json::Value& item : *list->array()) {
    const auto* value = item.object() ? item.object()->find_ignoring_case("value") : nullptr;
    if (value && value->string()) values.push_back(*value->string());
  }
  std::sort(values.begin(), values.end());
  return values;
}

std::string in_words(const json::Value* value) {
  constexpr std::size_t longest = 200;
  if (!value) return "nothing";
  std::string text = json::write(*value);
  if (text.size() > longest) text.replace(longest, text.npos, "…");
  return text;
}

}  // namespace rollcall::simulate

#include "gateway/admin/fields.h"

#include "gateway/base/nearest.h"

#include <algorithm>
#include <charconv>

namespace rollcall::admin {
namespace {

using Kind = yaml::Node::Kind;

bool is_text(const json::Value& value) { return value.string() != nullptr; }

std::string fault_of_text(const yaml::Node& node, std::size_t most) {
  const json::Value value = to_json(node);
  const std::string* text = value.string();
  const bool scalar = node.kind == Kind::scalar;
  if (!text) return scalar ? "text: put it in quotes" : "text";
  if (text->empty()) return "text that is not empty";
  if (text->size() > most) return "at most " + std::to_string(most) + " bytes long";
  const bool control = std::any_of(text->begin(), text->end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7f;
  });
  return control ? "text without control characters" : "";
}

/// The whole of `text` as a number, without a leading '+', hexadecimal or infinity.
template <class Number>
std::optional<Number> number(std::string_view text) {
  const auto digits = text.find_first_not_of('-');
  if (digits == std::string_view::npos || !(text[digits] >= '0' && text[digits] <= '9')) return {};
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return {};
  return value;
}

json::Value scalar_value(const yaml::Node& node) {
  const std::string& text = node.text;
  if (node.quoted) return text;
  if (text == "null" || text == "Null" || text == "NULL" || text == "~") return json::Null{};
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  if (const auto integer = number<std::int64_t>(text)) return *integer;
  if (const auto decimal = number<double>(text)) return *decimal;
  return text;
}

yaml::Node scalar_node(std::string text, bool quoted) {
  yaml::Node node;
  node.kind = Kind::scalar;
  node.text = std::move(text);
  node.quoted = quoted;
  return node;
}

}  // namespace

void Problems::add(int line, std::string message, std::string code) {
  if (full()) {
    ++dropped_;
    return;
  }
  const auto place =
      std::upper_bound(list_.begin(), list_.end(), line,
                       [](int wanted, const Problem& problem) { return wanted < problem.line; });
  list_.insert(place, {line, std::move(message), std::move(code)});
}

Fields::Fields(const yaml::Node& node, std::string where, Problems& problems)
    : where_(std::move(where)), line_(node.mark.line), node_(node), problems_(problems) {
  if (node.kind != Kind::mapping && node.kind != Kind::null) {
    problems_.add(line_, where_ + " must be a map of keys and values");
  }
}

const yaml::Entry* Fields::find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const auto found = std::find_if(node_.entries.begin(), node_.entries.end(),
                                  [&](const yaml::Entry& entry) { return entry.key == key; });
  return found == node_.entries.end() ? nullptr : &*found;
}

void Fields::problem(int line, std::string_view sentence) {
  problems_.add(line, where_ + ": " + std::string(sentence));
}

void Fields::wrong(const yaml::Entry& entry, std::string_view expected) {
  problem(entry.mark.line, "\"" + entry.key + "\" must be " + std::string(expected));
}

std::optional<std::string> Fields::text(std::string_view key, std::size_t most) {
  const yaml::Entry* entry = find(key);
  if (!entry) return std::nullopt;
  const std::string fault = fault_of_text(entry->value, most);
  if (fault.empty()) return entry->value.text;
  wrong(*entry, fault);
  return std::nullopt;
}

std::optional<bool> Fields::boolean(std::string_view key) {
  const yaml::Entry* entry = find(key);
  if (!entry) return std::nullopt;
  const json::Value value = to_json(entry->value);
  if (const bool* boolean = value.boolean()) return *boolean;
  wrong(*entry, "true or false");
  return std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view key, std::int64_t least,
                                            std::int64_t most) {
  const yaml::Entry* entry = find(key);
  if (!entry) return std::nullopt;
  const json::Value value = to_json(entry->value);
  if (const auto* integer = value.integer(); integer && *integer >= least && *integer <= most) {
    return *integer;
  }
  wrong(*entry, "a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return std::nullopt;
}

std::optional<std::string> Fields::word(std::string_view key,
                                        std::span<const std::string_view> words) {
  const yaml::Entry* entry = find(key);
  if (!entry) return std::nullopt;
  const json::Value value = to_json(entry->value);
  if (is_text(value) && std::find(words.begin(), words.end(), *value.string()) != words.end()) {
    return *value.string();
  }
  std::string expected = "one of:";
  for (const std::string_view word : words) expected.append(" ").append(word);
  wrong(*entry, expected);
  return std::nullopt;
}

std::optional<std::vector<std::string>> Fields::texts(std::string_view key, std::size_t most) {
  const std::vector<yaml::Node>* items = list(key);
  if (!items) return std::nullopt;
  std::vector<std::string> texts;
  for (const yaml::Node& item : *items) {
    const std::string fault = fault_of_text(item, most);
    if (fault.empty()) {
      texts.push_back(item.text);
    } else {
      problem(item.mark.line, "an item of \"" + std::string(key) + "\" must be " + fault);
    }
  }
  return texts;
}

const yaml::Node* Fields::node(std::string_view key) {
  const yaml::Entry* entry = find(key);
  return entry ? &entry->value : nullptr;
}

const std::vector<yaml::Node>* Fields::list(std::string_view key) {
  const yaml::Entry* entry = find(key);
  if (!entry) return nullptr;
  if (entry->value.kind == Kind::sequence) return &entry->value.items;
  wrong(*entry, "a list");
  return nullptr;
}

void Fields::require(std::string_view key) {
  const bool map = node_.kind == Kind::mapping || node_.kind == Kind::null;
  if (map && !find(key)) problem(line_, "\"" + std::string(key) + "\" is missing");
}

void Fields::not_available(std::string_view key) {
  if (const yaml::Entry* entry = find(key)) {
    problem(entry->mark.line, "\"" + entry->key + "\" is not available in this version");
  }
}

void Fields::done() {
  for (const yaml::Entry& entry : node_.entries) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    std::string sentence = "unknown key \"" + entry.key + "\"";
    const auto meant = problems_.full() ? std::nullopt : nearest(entry.key, known_);
    if (meant) {
      sentence += ", did you mean \"" + std::string(*meant) + "\"?";
    }
    problem(entry.mark.line, sentence);
  }
}

json::Value to_json(const yaml::Node& node) {
  switch (node.kind) {
    case Kind::null:
      return json::Null{};
    case Kind::scalar:
      return scalar_value(node);
    case Kind::sequence: {
      json::Array array;
      for (const yaml::Node& item : node.items) array.push_back(to_json(item));
      return array;
    }
    case Kind::mapping: {
      json::Object object;
      for (const yaml::Entry& entry : node.entries) object.append(entry.key, to_json(entry.value));
      return object;
    }
  }
  return json::Null{};
}

yaml::Node to_node(const json::Value& value) {
  yaml::Node node;
  if (const json::Object* object = value.object()) {
    node.kind = Kind::mapping;
    for (const json::Member& member : *object) {
      node.entries.push_back({member.name, {0, 0}, to_node(member.value)});
    }
  } else if (const json::Array* array = value.array()) {
    node.kind = Kind::sequence;
    for (const json::Value& item : *array) node.items.push_back(to_node(item));
  } else if (const std::string* text = value.string()) {
    node = scalar_node(*text, true);
  } else if (!value.is_null()) {
    node = scalar_node(json::write(value), false);
  }
  node.mark = {0, 0};
  return node;
}

}  // namespace rollcall::admin

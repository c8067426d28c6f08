#pragma once

#include "gateway/base/json.h"
#include "gateway/base/yaml.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// Something wrong with an input; line 0 when the input has no lines (a JSON body, a query).
struct Problem {
  int line;
  std::string message;
  /// A refusal's stable code, if it was one of the directory's.
  std::string code = {};
};

/// All that is wrong with one input, by line, then in order of discovery; beyond `limit` only
/// counted.
class Problems {
 public:
  static constexpr std::size_t limit = 100;

  void add(int line, std::string message, std::string code = {});
  bool empty() const { return list_.empty(); }
  const std::vector<Problem>& list() const { return list_; }
  bool full() const { return list_.size() == limit; }
  std::size_t dropped() const { return dropped_; }

 private:
  std::vector<Problem> list_;
  std::size_t dropped_ = 0;
};

/// Reads the members of one map strictly: each is asked for by name and type, done() reports those
/// that nobody asked for. What is wrong goes to `problems`, and the getter gives nothing. Keys are
/// literals.
class Fields {
 public:
  /// `where` begins every message: "users[3]". A null node is an empty map, another that is no map
  /// a problem. `node` and `problems` outlive this.
  Fields(const yaml::Node& node, std::string where, Problems& problems);

  /// Text that is not empty, of at most `most` bytes, without control characters.
  std::optional<std::string> text(std::string_view key, std::size_t most = 1024);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<std::string> word(std::string_view key, std::span<const std::string_view> words);
  std::optional<std::vector<std::string>> texts(std::string_view key, std::size_t most = 1024);
  /// Any value; null if absent.
  const yaml::Node* node(std::string_view key);
  /// The items of a list; null if absent.
  const std::vector<yaml::Node>* list(std::string_view key);

  /// A problem if the member is absent.
  void require(std::string_view key);
  /// A problem if the member is present: the format has it, this version cannot honour it.
  void not_available(std::string_view key);
  /// Takes the member without looking at it.
  void ignore(std::string_view key) { find(key); }
  /// Reports unknown members with the nearest name that was asked for; last.
  void done();

  void problem(int line, std::string_view sentence);
  int line() const { return line_; }

 private:
  const yaml::Entry* find(std::string_view key);
  void wrong(const yaml::Entry& entry, std::string_view expected);

  std::string where_;
  int line_;
  const yaml::Node& node_;
  Problems& problems_;
  std::vector<std::string_view> known_;
};

/// The value as JSON; plain scalars by YAML's core schema (null, true, false, decimal numbers).
json::Value to_json(const yaml::Node& node);
/// The other way round, without lines.
yaml::Node to_node(const json::Value& value);

}  // namespace rollcall::admin

#pragma once

#include "gateway/base/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::yaml {

/// Where something stands in a file, both from 1.
struct Mark {
  int line = 1;
  int column = 1;
};

struct Entry;

/// One YAML value with its place in the file; reading it as a type is the caller's.
struct Node {
  enum class Kind { null, scalar, sequence, mapping };

  Kind kind = Kind::null;
  Mark mark;
  std::string text;     // scalar
  bool quoted = false;  // scalar: "1" is text, 1 is a number
  std::vector<Node> items;
  std::vector<Entry> entries;

  /// The value of a mapping's key, or null.
  const Node* find(std::string_view key) const;
};

struct Entry {
  std::string key;
  Mark mark;  // of the key
  Node value;
};

struct Limits {
  std::size_t bytes = 1024 * 1024;
  std::size_t depth = 16;
  std::size_t nodes = 100'000;
};

/// Parses one document. Refused with invalid_syntax, detail "line:column: sentence": what is not
/// YAML or not UTF-8, beyond `limits`, an anchor, alias or tag, a duplicate or non-scalar key, a
/// second document.
Result<Node> parse(std::string_view text, const Limits& limits = {});

}  // namespace rollcall::yaml

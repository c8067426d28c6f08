// Configuration and organization files: whatever parses stays within the limits.
#include "gateway/base/yaml.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace rollcall::yaml;

constexpr Limits limits{.bytes = 4096, .depth = 8, .nodes = 200};

std::size_t check(const Node& node, std::size_t depth) {
  const bool nested = node.kind == Node::Kind::sequence || node.kind == Node::Kind::mapping;
  if (nested && depth == limits.depth) std::abort();
  std::size_t nodes = 1;
  for (const Node& item : node.items) nodes += check(item, depth + 1);
  for (const Entry& entry : node.entries) {
    if (node.find(entry.key) != &entry.value) std::abort();  // a key stands once
    nodes += check(entry.value, depth + 1);
  }
  return nodes;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto root = parse({reinterpret_cast<const char*>(data), size}, limits);
  if (root && check(*root, 0) > limits.nodes) std::abort();
  return 0;
}

#include "gateway/directory/mapping_match.h"

#include "gateway/base/id.h"
#include "gateway/base/text.h"

#include <re2/re2.h>

#include <optional>
#include <string>
#include <utility>

namespace rollcall {
namespace {

/// Room for a distinguished name.
constexpr std::size_t longest_name = 1024;
constexpr std::size_t longest_pattern = 256;
/// Bytes for a compiled pattern: counted repetitions cannot grow beyond it.
constexpr std::int64_t most_memory = 1 << 20;

Error refused(std::string sentence) { return {Fault::invalid_value, std::move(sentence)}; }

/// "team-{name}" or "team-{}" with the name put in.
Result<std::string> fill(std::string_view text, std::string_view name) {
  std::string filled;
  bool found = false;
  while (true) {
    const auto open = text.find('{');
    if (open == std::string_view::npos) break;
    const auto close = text.find('}', open);
    if (close == std::string_view::npos) return refused("A { of the template has no }.");
    const std::string_view placeholder = text.substr(open + 1, close - open - 1);
    if (!placeholder.empty() && placeholder != "name") {
      return refused("A template knows {name} and {} only: the name of the group.");
    }
    filled.append(text.substr(0, open)).append(name);
    text.remove_prefix(close + 1);
    found = true;
  }
  if (!found) return refused("A template holds {name}: where the name of the group goes.");
  return filled.append(text);
}

Result<std::unique_ptr<RE2>> compile(std::string_view pattern) {
  if (pattern.size() > longest_pattern) return refused("A pattern has at most 256 bytes.");
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(most_memory);
  options.set_dot_nl(true);
  auto compiled = std::make_unique<RE2>(std::string(pattern), options);
  if (!compiled->ok()) return refused("The pattern cannot be read: " + compiled->error() + ".");
  return compiled;
}

/// What compares to the byte.
std::string comparable(std::string_view name) {
  return UserId::parse(name) ? ascii_lower(name) : std::string(name);
}

}  // namespace

struct MappingMatch::Impl {
  /// Exact and templates.
  std::string name;
  std::unique_ptr<RE2> pattern;
};

MappingMatch::MappingMatch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
MappingMatch::MappingMatch(MappingMatch&&) noexcept = default;
MappingMatch& MappingMatch::operator=(MappingMatch&&) noexcept = default;
MappingMatch::~MappingMatch() = default;

Result<MappingMatch> MappingMatch::of(MappingKind kind, std::string_view idp_group,
                                      std::string_view group_name) {
  if (idp_group.empty()) return refused("The name of an IdP group must not be empty.");
  if (idp_group.size() > longest_name) {
    return refused("The name of an IdP group has at most 1024 bytes.");
  }
  auto impl = std::make_unique<Impl>();
  switch (kind) {
    case MappingKind::exact:
      impl->name = comparable(idp_group);
      break;
    case MappingKind::template_: {
      TRY(const std::string filled, fill(idp_group, group_name));
      impl->name = comparable(filled);
      break;
    }
    case MappingKind::pattern:
      TRY(impl->pattern, compile(idp_group));
      break;
  }
  return MappingMatch(std::move(impl));
}

bool MappingMatch::matches(std::string_view name) const {
  if (impl_->pattern)
    return RE2::FullMatch(re2::StringPiece(name.data(), name.size()), *impl_->pattern);
  return comparable(name) == impl_->name;
}

}  // namespace rollcall

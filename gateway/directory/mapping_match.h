#pragma once

#include "gateway/base/result.h"
#include "gateway/directory/mappings.h"

#include <memory>
#include <string_view>

namespace rollcall {

/// Names of IdP groups that one mapping means. Immutable; any thread.
class MappingMatch {
 public:
  /// `group_name` fills the placeholder of a template. invalid_value for an empty or too long text,
  /// a pattern that does not compile, a template without a placeholder or with an unknown one.
  static Result<MappingMatch> of(MappingKind kind, std::string_view idp_group,
                                 std::string_view group_name);
  MappingMatch(MappingMatch&&) noexcept;
  MappingMatch& operator=(MappingMatch&&) noexcept;
  ~MappingMatch();

  /// The whole name, to the byte: case and spaces count (S69), except that written-out names of
  /// GUID shape compare in lower case (product.md).
  bool matches(std::string_view name) const;

 private:
  struct Impl;
  explicit MappingMatch(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall

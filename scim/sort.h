#pragma once

#include "gateway/base/json.h"
#include "scim/attribute_path.h"

#include <compare>
#include <cstdint>
#include <string>
#include <variant>

namespace rollcall::scim {

/// What one resource sorts by (RFC 7644 §3.4.2.3): of a multi-valued attribute the primary value,
/// else the first; text under fold() unless the attribute is caseExact. "No value" is greater than
/// any value, so that it comes last ascending and first descending.
class SortKey {
 public:
  static SortKey of(const json::Object& resource, const AttributePath& path);

  friend bool operator==(const SortKey&, const SortKey&) = default;
  friend std::partial_ordering operator<=>(const SortKey&, const SortKey&) = default;

 private:
  struct Missing {
    friend auto operator<=>(const Missing&, const Missing&) = default;
  };
  std::variant<bool, double, std::int64_t, std::string, Missing> value_ = Missing{};
};

}  // namespace rollcall::scim

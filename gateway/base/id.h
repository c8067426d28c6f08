#pragma once

#include "gateway/base/timestamp.h"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall {

/// 128 bits of a UUID (RFC 9562).
using UuidBytes = std::array<std::uint8_t, 16>;

/// Canonical lower-case text with dashes.
std::string format_uuid(const UuidBytes& bytes);
/// Canonical text in either case; nothing for any other form.
std::optional<UuidBytes> parse_uuid(std::string_view text);
/// A version 7 UUID: 48 bits of `instant`, the rest from `random` (of which version and variant
/// bits are set).
UuidBytes make_uuid_v7(Timestamp instant, UuidBytes random);

/// The public identifier of one kind of resource; ids of different kinds do not mix.
template <class Tag>
class Id {
 public:
  explicit Id(const UuidBytes& bytes) : bytes_(bytes) {}
  static std::optional<Id> parse(std::string_view text) {
    const auto bytes = parse_uuid(text);
    return bytes ? std::optional<Id>(Id(*bytes)) : std::nullopt;
  }
  /// From exactly 16 stored bytes.
  static std::optional<Id> from_bytes(std::string_view stored) {
    UuidBytes bytes{};
    if (stored.size() != bytes.size()) return std::nullopt;
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(stored[i]);
    return Id(bytes);
  }

  std::string str() const { return format_uuid(bytes_); }
  std::span<const std::uint8_t, 16> bytes() const { return bytes_; }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  UuidBytes bytes_;
};

using UserId = Id<struct UserTag>;
using GroupId = Id<struct GroupTag>;
using TokenId = Id<struct TokenTag>;
using GrantId = Id<struct GrantTag>;
using ServiceUserId = Id<struct ServiceUserTag>;
using MappingId = Id<struct MappingTag>;
using SessionId = Id<struct SessionTag>;

/// The internal row number of one kind of entity; never leaves the process.
template <class Tag>
class Key {
 public:
  explicit constexpr Key(std::int64_t value) : value_(value) {}
  constexpr std::int64_t value() const { return value_; }
  friend constexpr auto operator<=>(const Key&, const Key&) = default;

 private:
  std::int64_t value_;
};

using OrganizationKey = Key<struct OrganizationTag>;
using ScimConnectionKey = Key<struct ScimConnectionTag>;

}  // namespace rollcall

template <class Tag>
struct std::hash<rollcall::Id<Tag>> {
  std::size_t operator()(const rollcall::Id<Tag>& id) const noexcept {
    const auto bytes = id.bytes();
    return std::hash<std::string_view>{}(
        {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  }
};

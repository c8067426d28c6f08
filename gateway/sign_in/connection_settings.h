#pragma once

#include "gateway/base/json.h"
#include "gateway/crypto/digest.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::sign_in {

/// The declared settings of a connection, or a block of them. What is absent or of another type
/// than asked for reads as absent: values were checked when they were declared.
class ConnectionSettings {
 public:
  explicit ConnectionSettings(const json::Object& members) : members_(members) {}

  bool has(std::string_view name) const { return members_.find(name) != nullptr; }
  std::string text(std::string_view name, std::string_view otherwise = {}) const;
  bool flag(std::string_view name, bool otherwise) const;
  std::optional<std::int64_t> number(std::string_view name, std::int64_t least,
                                     std::int64_t most) const;
  std::vector<std::string> texts(std::string_view name) const;
  /// Members of a block that are texts.
  std::map<std::string, std::string> map(std::string_view name) const;
  /// An empty one if absent.
  ConnectionSettings block(std::string_view name) const;

 private:
  const json::Object& members_;
};

/// The same for settings that say the same, in whatever order their members are. Whether the
/// connection is enabled does not count: a test says nothing of it.
Sha256 digest_of(const json::Object& settings, const Sha256& secrets);

}  // namespace rollcall::sign_in

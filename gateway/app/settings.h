#pragma once

#include "gateway/app/config.h"
#include "gateway/base/json.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::app {

/// The member of a Config that a setting fills; its type says how the setting is read and shown.
using Field =
    std::variant<std::string*, bool*, unsigned*, std::size_t*, std::chrono::seconds*,
                 std::filesystem::path*, std::vector<std::string>*, Secret*, LogLevel*, LogFormat*>;

/// One key of the configuration file.
struct Setting {
  std::string_view name;  // "operations.listen"
  Field (*field)(Config&);
  /// Of text and of each item of a list: what is wrong with it, or empty; may bring it to its usual
  /// form.
  std::string (*check)(std::string& text) = nullptr;
  std::size_t least = 0;  // numbers
  std::size_t most = std::numeric_limits<unsigned>::max();
  /// Read and checked, but nothing uses it yet.
  bool later = false;
};

std::span<const Setting> settings();
/// Null if there is none of this name.
const Setting* find_setting(std::string_view name);
/// "operations.listen" is overridden by ROLLCALL_OPERATIONS_LISTEN.
std::string environment_name(std::string_view setting);

/// The value as shown to people: null when unset, a secret as "(set)".
json::Value show(const Setting& setting, Config& config);

/// A secret, the file that may hold it, and the name of both's setting; it is also the name of the
/// systemd credential.
struct SecretSetting {
  std::string_view name;
  Secret* value;
  std::filesystem::path* file;
};
std::vector<SecretSetting> secrets(Config& config);

}  // namespace rollcall::app

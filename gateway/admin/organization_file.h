#pragma once

#include "gateway/admin/fields.h"
#include "gateway/base/json.h"
#include "gateway/directory/organization.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

// An organization as its declarative file states it. Absent (nothing) means: the file says nothing
// about it. `line` is where the item begins.

struct DeclaredConnection {
  int line = 0;
  std::string id;
  /// The contract's keys without `id`, as written.
  json::Object settings;
};

struct DeclaredScimConnection {
  int line = 0;
  std::string id;
  bool enabled = true;
  ScimMode mode = ScimMode::lenient;
  bool username_is_email = false;
  /// The keys that later capabilities read, as written.
  json::Object options;
  /// Names of tokens that should exist.
  std::vector<std::string> tokens;
};

struct DeclaredUser {
  int line = 0;
  std::string id;
  std::optional<std::string> email;
  std::optional<std::string> user_name;
  std::optional<std::string> given_name;
  std::optional<std::string> family_name;
  std::optional<std::string> display_name;
  std::optional<bool> active;

  /// The userName it gets: as stated, else the e-mail address.
  const std::string& login() const { return user_name ? *user_name : *email; }
};

struct DeclaredGroup {
  int line = 0;
  std::string name;
  /// Each a user's id in the file, else a userName or an e-mail address.
  std::optional<std::vector<std::string>> members;
};

struct OrganizationFile {
  int line = 1;
  std::string slug;
  std::optional<std::vector<DeclaredConnection>> connections;
  std::optional<std::vector<DeclaredScimConnection>> scim;
  std::optional<std::vector<DeclaredUser>> users;
  std::optional<std::vector<DeclaredGroup>> groups;
};

/// Largest file that is read.
constexpr std::size_t max_organization_file = 8 * 1024 * 1024;

constexpr yaml::Limits organization_file_limits{max_organization_file, 16, 1'000'000};

/// Reads an organization file (YAML, hence also JSON). Every problem goes to `problems` with its
/// line; only without any is the file meant to be used.
OrganizationFile read_organization_file(std::string_view text, Problems& problems);

/// The YAML that read_organization_file reads as the same file.
std::string write_organization_file(const OrganizationFile& file);

std::string_view name(ScimMode mode);

/// Reads one sign-in connection (connection_file.cpp).
DeclaredConnection read_connection(const yaml::Node& node, const std::string& where,
                                   Problems& problems);

}  // namespace rollcall::admin

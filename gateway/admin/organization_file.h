#pragma once

#include "gateway/admin/fields.h"
#include "gateway/base/json.h"
#include "gateway/base/secret.h"
#include "gateway/catalogue/license.h"
#include "gateway/directory/grants.h"
#include "gateway/directory/group.h"
#include "gateway/directory/mappings.h"
#include "gateway/directory/organization.h"
#include "gateway/directory/roles.h"
#include "gateway/directory/scope_tree.h"
#include "gateway/directory/seats.h"
#include "gateway/directory/service_users.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

// An organization as its declarative file states it. Absent (nothing) means: the file says nothing
// about it. `line` is where the item begins.

/// What `organization` and `brake` state.
struct DeclaredOrganization {
  int line = 1;
  std::string slug;
  std::optional<Preset> preset;
  /// `plan: null` states that every feature is there.
  std::optional<std::optional<std::string>> plan;
  std::optional<std::string> name;
  struct SeatNumbers {
    int line = 0;
    std::string pool;
    /// A stated null is unlimited.
    std::optional<std::optional<std::int64_t>> user;
    std::optional<std::optional<std::int64_t>> billing;
  };
  std::vector<SeatNumbers> seats;
  /// What read_policy() takes; what it does not name has the preset's default.
  std::optional<json::Object> policy;
  std::optional<std::int64_t> brake_max_removals;
  std::optional<std::int64_t> brake_max_percent;
};

/// A role on a scope. The role "none" states that nothing stands there, not even the default.
struct DeclaredGrant {
  int line = 0;
  std::string role;
  Scope scope;
  Environments environments = 0;

  bool none() const { return role == "none"; }
};

/// A full deployment, or a branch deployment, which has no default role.
struct DeclaredDeployment {
  int line = 0;
  std::string name;
  /// A stated NO_ACCESS is nothing inside.
  std::optional<std::optional<std::string>> default_role;
  std::optional<std::vector<std::string>> code_locations;
};

struct DeclaredProject {
  int line = 0;
  std::string id;
  std::optional<std::string> name;
  std::optional<std::vector<Environment>> environments;
};

/// What a connection keeps secret: stated, or the content of a file that `rollcall apply` sends
/// along.
struct DeclaredSecret {
  int line = 0;
  /// As ConnectionSecrets names it.
  std::string_view name;
  /// Empty: there shall be none.
  Secret text = {};
  /// The path of the file that holds the text, as written; empty where the text is stated.
  std::string file = {};
};

struct DeclaredConnection {
  int line = 0;
  std::string id;
  /// The contract's keys without `id`, as written; no secrets.
  json::Object settings;
  /// Those that are not stated stay as they are.
  std::vector<DeclaredSecret> secrets = {};
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
  std::optional<License> license;
  /// On its scope each is the whole story; on the others the organization's defaults apply.
  std::optional<std::vector<DeclaredGrant>> grants;

  /// The userName it gets: as stated, else the e-mail address.
  const std::string& login() const { return user_name ? *user_name : *email; }
};

struct DeclaredMapping {
  int line = 0;
  std::string connection = "*";
  MappingKind kind = MappingKind::exact;
  std::string idp_group;
};

struct DeclaredGroup {
  int line = 0;
  std::string name;
  /// Each a user's id in the file, else a userName or an e-mail address.
  std::optional<std::vector<std::string>> members;
  std::optional<std::vector<DeclaredGrant>> grants;
  std::optional<std::vector<DeclaredMapping>> mappings;
  std::optional<bool> assign_by_default;
  std::optional<ManualMembers> manual_members;
};

struct DeclaredRole {
  int line = 0;
  CustomRole role;
};

struct DeclaredServiceUser {
  int line = 0;
  std::string name;
  std::optional<std::string> description;
  ServiceUserKind kind = ServiceUserKind::service;
  std::optional<std::vector<DeclaredGrant>> grants;
  /// Names of tokens that should exist.
  std::vector<std::string> tokens;
};

struct DeclaredLicenseMapping {
  int line = 0;
  License license = License::developer;
  std::string connection = "*";
  std::string idp_group;
};

struct OrganizationFile {
  DeclaredOrganization organization;
  std::optional<std::vector<DeclaredDeployment>> deployments;
  std::optional<std::vector<DeclaredDeployment>> branch_deployments;
  std::optional<std::vector<DeclaredProject>> projects;
  std::optional<std::vector<DeclaredConnection>> connections;
  std::optional<std::vector<DeclaredScimConnection>> scim;
  std::optional<std::vector<DeclaredRole>> custom_roles;
  std::optional<std::vector<DeclaredUser>> users;
  std::optional<std::vector<DeclaredGroup>> groups;
  std::optional<std::vector<DeclaredServiceUser>> service_users;
  std::optional<std::vector<DeclaredLicenseMapping>> license_mappings;
};

/// Largest file that is read.
constexpr std::size_t max_organization_file = 8 * 1024 * 1024;

constexpr yaml::Limits organization_file_limits{max_organization_file, 16, 1'000'000};

/// Reads an organization file (YAML, hence also JSON), or what `rollcall apply` makes of one that
/// names files: {"organization_file": text, "files": {path: text}}. Every problem goes to
/// `problems` with its line; only without any is the file meant to be used.
OrganizationFile read_organization_file(std::string_view text, Problems& problems);
/// What `rollcall apply` sends for an organization file: the file itself, or where its connections
/// name files, both together. `read` gives a file's content by the path that is written there.
Result<std::string> with_named_files(
    std::string text, const std::function<Result<std::string>(const std::string& path)>& read);

/// The YAML that read_organization_file reads as the same file.
std::string write_organization_file(const OrganizationFile& file);

std::string_view name(ScimMode mode);

}  // namespace rollcall::admin

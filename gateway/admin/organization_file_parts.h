#pragma once

#include "gateway/admin/organization_file.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::admin {

// The readers of an organization file's sections; what is wrong goes to `problems`.

/// Refuses an id or name that an item before had, compared by its key. An empty one was not
/// readable.
class Unique {
 public:
  Unique(std::string what, Problems& problems) : what_(std::move(what)), problems_(problems) {}
  void add(std::string key, const std::string& shown, int line);

 private:
  std::string what_;
  Problems& problems_;
  std::map<std::string, int> lines_;
};

/// "users[3]"
std::string item(std::string_view section, std::size_t index);

using Nodes = std::vector<yaml::Node>;

/// `organization` and `brake` of the file.
DeclaredOrganization read_organization(Fields& file, Problems& problems);

DeclaredConnection read_connection(const yaml::Node& node, const std::string& where,
                                   Problems& problems);

std::vector<DeclaredDeployment> read_deployments(const Nodes& nodes, DeploymentKind kind,
                                                 Problems& problems);
/// Deployments and branch deployments share one space of names.
void check_deployment_names(const OrganizationFile& file, Problems& problems);
std::vector<DeclaredProject> read_projects(const Nodes& nodes, Problems& problems);

std::vector<DeclaredUser> read_users(const Nodes& nodes, Problems& problems);
std::vector<DeclaredGroup> read_groups(const Nodes& nodes, Problems& problems);
std::vector<DeclaredServiceUser> read_service_users(const Nodes& nodes, Problems& problems);

std::vector<DeclaredRole> read_custom_roles(const Nodes& nodes, Problems& problems);
std::vector<DeclaredLicenseMapping> read_license_mappings(const Nodes& nodes, Problems& problems);
/// `grants` of a user, group or service user.
std::optional<std::vector<DeclaredGrant>> read_grants(Fields& fields, const std::string& where,
                                                      Problems& problems);
/// A role's key, which a file may write in any case ("VIEWER").
std::optional<std::string> read_role_key(Fields& fields, std::string_view key);
/// The same for a default role: nothing inside for NO_ACCESS, "none" and null.
std::optional<std::optional<std::string>> read_default_role(Fields& fields, std::string_view key);
std::optional<License> read_license(Fields& fields, std::string_view key);

// The other way round: the item as the readers above take it.

json::Object object_of(const DeclaredOrganization& organization);
/// Empty if the brake is not stated.
json::Object brake_of(const DeclaredOrganization& organization);
json::Object object_of(const DeclaredDeployment& deployment);
json::Object object_of(const DeclaredProject& project);
json::Object object_of(const DeclaredConnection& connection);
json::Object object_of(const DeclaredScimConnection& connection);
json::Object object_of(const DeclaredRole& role);
json::Object object_of(const DeclaredUser& user);
json::Object object_of(const DeclaredGroup& group);
json::Object object_of(const DeclaredServiceUser& service_user);
json::Object object_of(const DeclaredLicenseMapping& mapping);

}  // namespace rollcall::admin

#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/license.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;
struct Group;

/// How a mapping names IdP groups. Stored as a number. exact: to the byte (S69). pattern: RE2, the
/// whole name. template_: a text with {…} that the group's name fills.
enum class MappingKind { exact, pattern, template_ };

/// One SSO mapping: an IdP group of a connection ("*" any) makes members of a group. A group with
/// one or more is managed.
struct SsoMapping {
  MappingId id;
  std::int64_t position = 0;
  std::int64_t group_position = 0;
  GroupId group;
  std::string connection = "*";
  MappingKind kind = MappingKind::exact;
  std::string idp_group;
  Timestamp since;
};

struct LicenseMapping {
  MappingId id;
  License license;
  std::string connection = "*";
  std::string idp_group;
};

/// SSO group mappings and licence mappings of one organization within one transaction. They need
/// the features groups (dbt: rbac) and license_mapping; audited ("group.mapping.added",
/// "license_map.added" …). Adding or removing one touches no membership (S81, S82).
class Mappings {
 public:
  Mappings(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Behind `after` (a position).
  std::vector<SsoMapping> list(std::int64_t after, std::size_t limit);
  std::vector<SsoMapping> of(const Group& group);
  bool managed(const Group& group);
  Result<SsoMapping> get(const MappingId& id);
  /// invalid_value for an unknown connection, an empty name, a pattern that does not compile;
  /// uniqueness if it is there already.
  Result<SsoMapping> add(const Group& group, std::string_view connection, MappingKind kind,
                         std::string_view idp_group);
  Result<> remove(const MappingId& id);
  /// Those of a group that goes away.
  void remove_all_of(const Group& group);
  /// What an admin should know of a mapping (S73): a second one, another name than the group's.
  std::vector<std::string> warnings(const Group& group);

  std::vector<LicenseMapping> licenses();
  Result<LicenseMapping> add_license(License license, std::string_view connection,
                                     std::string_view idp_group);
  Result<> remove_license(const MappingId& id);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall

#include "gateway/directory/mappings.h"

#include "gateway/base/json.h"
#include "gateway/directory/mapping_match.h"
#include "gateway/directory/membership_rules.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <array>

namespace rollcall {
namespace {

constexpr std::string_view columns =
    "SELECT s.id, s.position, s.group_position, g.id, s.connection, s.kind, s.idp_group, s.since "
    "FROM sso_mappings s JOIN groups g ON g.position = s.group_position ";
constexpr std::string_view of_organization =
    "WHERE s.organization = $1 AND s.position > $2 ORDER BY s.position LIMIT $3";
constexpr std::string_view of_group = "WHERE s.group_position = $1 ORDER BY s.position";
constexpr std::string_view by_id = "WHERE s.organization = $1 AND s.id = $2";
constexpr sql::Sql select_page{sql::joined<columns, of_organization>};
constexpr sql::Sql select_of_group{sql::joined<columns, of_group>};
constexpr sql::Sql select_by_id{sql::joined<columns, by_id>};
constexpr sql::Sql select_any{"SELECT 1 FROM sso_mappings WHERE group_position = $1 LIMIT 1"};
constexpr sql::Sql insert_mapping{
    "INSERT INTO sso_mappings (id, organization, group_position, connection, kind, idp_group, "
    "since) VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING position"};
constexpr sql::Sql delete_mapping{"DELETE FROM sso_mappings WHERE position = $1"};

constexpr sql::Sql select_connection{
    "SELECT 1 FROM connections WHERE organization = $1 AND id = $2"};

constexpr sql::Sql select_licenses{
    "SELECT id, license, connection, idp_group FROM license_mappings WHERE organization = $1 "
    "ORDER BY position"};
constexpr sql::Sql select_license{
    "SELECT id, license, connection, idp_group FROM license_mappings "
    "WHERE organization = $1 AND id = $2"};
constexpr sql::Sql insert_license{
    "INSERT INTO license_mappings (id, organization, license, connection, idp_group) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING"};
constexpr sql::Sql delete_license{
    "DELETE FROM license_mappings WHERE organization = $1 AND id = $2"};

constexpr std::string_view any_connection = "*";
/// As the contract writes them.
constexpr std::array<std::string_view, 3> kind_keys{"idp_group", "pattern", "template"};

SsoMapping mapping_of(const sql::Rows& row) {
  return {.id = row.id<MappingId>(0),
          .position = row.integer(1),
          .group_position = row.integer(2),
          .group = row.id<GroupId>(3),
          .connection = row.text(4),
          .kind = static_cast<MappingKind>(row.integer(5)),
          .idp_group = row.text(6),
          .since = row.timestamp(7)};
}

LicenseMapping license_mapping_of(const sql::Rows& row) {
  return {.id = row.id<MappingId>(0),
          .license = static_cast<License>(row.integer(1)),
          .connection = row.text(2),
          .idp_group = row.text(3)};
}

std::vector<SsoMapping> read(sql::Rows row) {
  std::vector<SsoMapping> list;
  for (; row; row.next()) list.push_back(mapping_of(row));
  return list;
}

Error already_there() { return {Fault::uniqueness, "There is a mapping like this already."}; }

json::Object shown(const SsoMapping& mapping) {
  return {{"mapping", mapping.id.str()},
          {"connection", mapping.connection},
          {std::string(kind_keys[static_cast<std::size_t>(mapping.kind)]), mapping.idp_group}};
}

json::Object shown(const LicenseMapping& mapping) {
  return {{"license", type_of(mapping.license).key},
          {"connection", mapping.connection},
          {"idp_group", mapping.idp_group}};
}

Result<> check_connection(sql::Session& session, OrganizationKey organization,
                          std::string_view connection) {
  if (connection == any_connection) return {};
  if (session.query(select_connection, {organization, connection})) return {};
  return Error(Fault::invalid_value, "There is no connection \"" +
                                         std::string(connection.substr(0, 80)) +
                                         "\"; \"*\" stands for any.");
}

void audit(Transaction& transaction, const SsoMapping& mapping, OrganizationKey organization,
           std::string_view type, std::string_view when) {
  transaction.audit(organization)
      .append(type, "group/" + mapping.group.str(),
              json::write(json::Object{{std::string(when), shown(mapping)}}));
}

}  // namespace

std::vector<SsoMapping> Mappings::list(std::int64_t after, std::size_t limit) {
  return read(transaction_.session().query(
      select_page, {organization_, after, static_cast<std::int64_t>(limit)}));
}

std::vector<SsoMapping> Mappings::of(const Group& group) {
  return read(transaction_.session().query(select_of_group, {group.position}));
}

bool Mappings::managed(const Group& group) {
  return static_cast<bool>(transaction_.session().query(select_any, {group.position}));
}

Result<SsoMapping> Mappings::get(const MappingId& id) {
  const sql::Rows row = transaction_.session().query(select_by_id, {organization_, id});
  if (!row) return Error(Fault::not_found, "There is no such mapping.");
  return mapping_of(row);
}

Result<SsoMapping> Mappings::add(const Group& group, std::string_view connection, MappingKind kind,
                                 std::string_view idp_group) {
  const Organization& organization = transaction_.organization(organization_);
  CHECK_OK(require(organization, Feature::groups));
  if (organization.preset == Preset::dbt) CHECK_OK(require(organization, Feature::rbac));
  sql::Session& session = transaction_.session();
  CHECK_OK(check_connection(session, organization_, connection));
  CHECK_OK(MappingMatch::of(kind, idp_group, group.profile.display_name));
  SsoMapping mapping{.id = new_id<MappingId>(transaction_.now()),
                     .group_position = group.position,
                     .group = group.id,
                     .connection = std::string(connection),
                     .kind = kind,
                     .idp_group = std::string(idp_group),
                     .since = transaction_.now()};
  if (const sql::Rows row = session.query(
          insert_mapping, {mapping.id, organization_, group.position, mapping.connection,
                           static_cast<std::int64_t>(kind), mapping.idp_group, mapping.since})) {
    mapping.position = row.integer(0);
  } else {
    return already_there();
  }
  audit(transaction_, mapping, organization_, "group.mapping.added", "after");
  return mapping;
}

Result<> Mappings::remove(const MappingId& id) {
  TRY(const SsoMapping mapping, get(id));
  transaction_.session().execute(delete_mapping, {mapping.position});
  audit(transaction_, mapping, organization_, "group.mapping.removed", "before");
  return {};
}

void Mappings::remove_all_of(const Group& group) {
  for (const SsoMapping& mapping : of(group)) {
    transaction_.session().execute(delete_mapping, {mapping.position});
    audit(transaction_, mapping, organization_, "group.mapping.removed", "before");
  }
}

std::vector<std::string> Mappings::warnings(const Group& group) {
  const std::string& name = group.profile.display_name;
  const auto mappings = of(group);
  std::vector<std::string> list;
  if (mappings.size() > 1) {
    list.push_back("The group has " + std::to_string(mappings.size()) +
                   " mappings: one IdP group for each group is easier to follow.");
  }
  for (const SsoMapping& mapping : mappings) {
    const auto match = MappingMatch::of(mapping.kind, mapping.idp_group, name);
    if (match && match->matches(name)) continue;
    list.push_back("The mapping " + mapping.idp_group + " has another name than the group " + name +
                   ".");
  }
  return list;
}

std::vector<LicenseMapping> Mappings::licenses() {
  std::vector<LicenseMapping> list;
  sql::Rows row = transaction_.session().query(select_licenses, {organization_});
  for (; row; row.next()) list.push_back(license_mapping_of(row));
  return list;
}

Result<LicenseMapping> Mappings::add_license(License license, std::string_view connection,
                                             std::string_view idp_group) {
  CHECK_OK(require(transaction_.organization(organization_), Feature::license_mapping));
  sql::Session& session = transaction_.session();
  CHECK_OK(check_connection(session, organization_, connection));
  CHECK_OK(MappingMatch::of(MappingKind::exact, idp_group, {}));
  LicenseMapping mapping{.id = new_id<MappingId>(transaction_.now()),
                         .license = license,
                         .connection = std::string(connection),
                         .idp_group = std::string(idp_group)};
  if (session.execute(insert_license,
                      {mapping.id, organization_, static_cast<std::int64_t>(license),
                       mapping.connection, mapping.idp_group}) == 0) {
    return already_there();
  }
  transaction_.audit(organization_)
      .append("license_map.added", "license_map/" + mapping.id.str(),
              json::write(json::Object{{"after", shown(mapping)}}));
  return mapping;
}

Result<> Mappings::remove_license(const MappingId& id) {
  sql::Session& session = transaction_.session();
  std::optional<LicenseMapping> mapping;
  if (const sql::Rows row = session.query(select_license, {organization_, id})) {
    mapping = license_mapping_of(row);
  }
  if (!mapping) return Error(Fault::not_found, "There is no such licence mapping.");
  session.execute(delete_license, {organization_, id});
  transaction_.audit(organization_)
      .append("license_map.removed", "license_map/" + id.str(),
              json::write(json::Object{{"before", shown(*mapping)}}));
  return {};
}

}  // namespace rollcall

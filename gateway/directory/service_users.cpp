#include "gateway/directory/service_users.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/names.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <array>

namespace rollcall {
namespace {

constexpr std::size_t longest_description = 1000;
/// Sorts behind whatever may follow a prefix: the last character of Unicode.
constexpr const char* last_character = "\xF4\x8F\xBF\xBF";

constexpr std::string_view columns =
    "SELECT position, id, name, description, kind, version, created, modified FROM service_users ";
constexpr std::string_view page = "AND position > $2 ORDER BY position LIMIT $3";
constexpr std::string_view in_organization = "WHERE organization = $1 ";
// The signs keep the planner from walking all in order of position.
constexpr std::string_view by_prefix =
    "WHERE organization = $1 AND name_key >= $4 AND name_key < $5 AND +position > $2 "
    "ORDER BY +position LIMIT $3";
constexpr std::string_view by_id = "WHERE id = $2 AND organization = $1";
constexpr std::string_view by_name = "WHERE organization = $1 AND name_key = $2";
constexpr std::string_view by_position = "WHERE position = $2 AND organization = $1";
constexpr sql::Sql select_all{sql::joined<columns, in_organization, page>};
constexpr sql::Sql select_by_prefix{sql::joined<columns, by_prefix>};
constexpr sql::Sql select_by_id{sql::joined<columns, by_id>};
constexpr sql::Sql select_by_name{sql::joined<columns, by_name>};
constexpr sql::Sql select_by_position{sql::joined<columns, by_position>};
constexpr sql::Sql insert_service_user{
    "INSERT INTO service_users (id, organization, name, name_key, description, kind, version, "
    "created, modified) VALUES ($1, $2, $3, $4, $5, $6, 1, $7, $7) "
    "ON CONFLICT DO NOTHING RETURNING position"};
constexpr sql::Sql update_service_user{
    "UPDATE service_users SET name = $2, name_key = $3, description = $4, version = version + 1, "
    "modified = $5 WHERE position = $1"};
constexpr sql::Sql delete_service_user{"DELETE FROM service_users WHERE position = $1"};

constexpr std::array<std::string_view, 2> kind_names{"service", "agent"};

ServiceUser service_user_of(const sql::Rows& row) {
  return {.id = row.id<ServiceUserId>(1),
          .position = row.integer(0),
          .name = row.text(2),
          .description = row.text(3),
          .kind = static_cast<ServiceUserKind>(row.integer(4)),
          .version = row.integer(5),
          .created = row.timestamp(6),
          .modified = row.timestamp(7)};
}

std::optional<ServiceUser> one_of(const sql::Rows& row) {
  return row ? std::optional(service_user_of(row)) : std::nullopt;
}

std::string object_of(const ServiceUser& service_user) {
  return "service_user/" + service_user.id.str();
}

Error name_taken() {
  return Error(Fault::uniqueness, "Another service user has this name.")
      .with_code("service_user_name_taken");
}

Result<> check(const ServiceUser& service_user) {
  CHECK_OK(check_name(service_user.name, "a service user"));
  if (characters_in(service_user.description) <= longest_description) return {};
  return Error(Fault::invalid_value, "A description has at most 1000 characters.");
}

/// What of `service_user` differs from `other`; all of it without another.
json::Object shown(const ServiceUser& service_user, const ServiceUser* other) {
  json::Object object;
  if (!other || service_user.name != other->name) object.append("name", service_user.name);
  if (!other || service_user.description != other->description) {
    object.append("description", service_user.description);
  }
  if (!other) object.append("kind", name(service_user.kind));
  return object;
}

}  // namespace

std::string_view name(ServiceUserKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::optional<ServiceUserKind> find_service_user_kind(std::string_view name) {
  for (const ServiceUserKind kind : {ServiceUserKind::service, ServiceUserKind::agent}) {
    if (rollcall::name(kind) == name) return kind;
  }
  return std::nullopt;
}

std::vector<ServiceUser> ServiceUsers::list(std::string_view search, std::int64_t after,
                                            std::size_t limit) {
  std::vector<ServiceUser> found;
  const auto most = static_cast<std::int64_t>(limit);
  const std::string prefix = fold(search);
  const std::string end = prefix + last_character;
  sql::Session& session = transaction_.session();
  sql::Rows row = prefix.empty()
                      ? session.query(select_all, {organization_, after, most})
                      : session.query(select_by_prefix, {organization_, after, most, prefix, end});
  for (; row; row.next()) found.push_back(service_user_of(row));
  return found;
}

Result<ServiceUser> ServiceUsers::get(const ServiceUserId& id) {
  if (auto found = one_of(transaction_.session().query(select_by_id, {organization_, id}))) {
    return *std::move(found);
  }
  return Error(Fault::not_found, "There is no such service user.");
}

std::optional<ServiceUser> ServiceUsers::find(std::string_view name) {
  return one_of(transaction_.session().query(select_by_name, {organization_, fold(name)}));
}

std::optional<ServiceUser> ServiceUsers::at(std::int64_t position) {
  return one_of(transaction_.session().query(select_by_position, {organization_, position}));
}

Result<ServiceUser> ServiceUsers::add(std::string_view name, std::string_view description,
                                      ServiceUserKind kind) {
  CHECK_OK(require(transaction_.organization(organization_), Feature::service_users));
  ServiceUser added{.id = new_id<ServiceUserId>(transaction_.now()),
                    .position = 0,
                    .name = std::string(name),
                    .description = std::string(description),
                    .kind = kind,
                    .version = 1,
                    .created = transaction_.now(),
                    .modified = transaction_.now()};
  CHECK_OK(check(added));
  if (const sql::Rows row = transaction_.session().query(
          insert_service_user, {added.id, organization_, added.name, fold(name), added.description,
                                static_cast<std::int64_t>(kind), added.created})) {
    added.position = row.integer(0);
  } else {
    return name_taken();
  }
  transaction_.audit(organization_)
      .append("service_user.added", object_of(added),
              json::write(json::Object{{"after", shown(added, nullptr)}}));
  return added;
}

Result<ServiceUser> ServiceUsers::update(const ServiceUser& current,
                                         std::optional<std::string> name,
                                         std::optional<std::string> description) {
  CHECK_OK(require(transaction_.organization(organization_), Feature::service_users));
  ServiceUser updated = current;
  if (name) updated.name = *std::move(name);
  if (description) updated.description = *std::move(description);
  if (updated.name == current.name && updated.description == current.description) return current;
  CHECK_OK(check(updated));
  ++updated.version;
  updated.modified = transaction_.now();
  const auto changed = transaction_.session().execute_unique(
      update_service_user,
      {current.position, updated.name, fold(updated.name), updated.description, updated.modified});
  if (!changed) return name_taken();
  transaction_.audit(organization_)
      .append("service_user.changed", object_of(current),
              json::write(json::Object{{"before", shown(current, &updated)},
                                       {"after", shown(updated, &current)}}));
  return updated;
}

Result<> ServiceUsers::remove(const ServiceUserId& id) {
  TRY(const ServiceUser removed, get(id));
  transaction_.grants(organization_).remove_all_of({SubjectKind::service_user, removed.position});
  transaction_.tokens().revoke_all_of_service_user(removed.position);
  transaction_.session().execute(delete_service_user, {removed.position});
  transaction_.audit(organization_)
      .append("service_user.removed", object_of(removed),
              json::write(json::Object{{"before", shown(removed, nullptr)}}));
  transaction_.access_changes().note_shared();
  return {};
}

}  // namespace rollcall

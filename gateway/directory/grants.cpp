#include "gateway/directory/grants.h"

#include "gateway/base/json.h"
#include "gateway/directory/door.h"
#include "gateway/directory/grant_rules.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::array<std::string_view, 3> kind_names{"user", "group", "service_user"};
/// Grants that are read at a time when a scope goes away.
constexpr std::int64_t page = 500;

constexpr std::string_view columns =
    "SELECT position, id, subject_kind, subject, role, scope, environments, origin, since, made_by "
    "FROM grants WHERE ";
constexpr std::string_view behind = "organization = $1 AND position > $2 ";
constexpr std::string_view in_order = "ORDER BY position LIMIT $3";
// Each walks the index of its name; conditions that are left are applied to what it finds. The plus
// signs keep planners from walking the whole organization for one subject.
constexpr std::string_view by_subject =
    "subject_kind = $4 AND subject = $5 AND +organization = $1 AND +position > $2 "
    "AND ($6 IS NULL OR role = $6) AND ($7 IS NULL OR scope = $7) ";
constexpr std::string_view by_scope = "AND scope = $4 AND ($5 IS NULL OR role = $5) ";
constexpr std::string_view by_role = "AND role = $4 ";
constexpr sql::Sql select_by_subject{sql::joined<columns, by_subject, in_order>};
constexpr sql::Sql select_by_scope{sql::joined<columns, behind, by_scope, in_order>};
constexpr sql::Sql select_by_role{sql::joined<columns, behind, by_role, in_order>};
constexpr sql::Sql select_all{sql::joined<columns, behind, in_order>};
constexpr std::string_view by_id = "organization = $1 AND id = $2";
constexpr sql::Sql select_by_id{sql::joined<columns, by_id>};
constexpr std::string_view by_range = "organization = $1 AND scope >= $2 AND scope <= $3 LIMIT $4";
constexpr sql::Sql select_by_range{sql::joined<columns, by_range>};

constexpr sql::Sql insert_grant{
    "INSERT INTO grants (id, organization, subject_kind, subject, role, scope, environments, "
    "origin, since, made_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING position"};
constexpr sql::Sql delete_grant{"DELETE FROM grants WHERE position = $1"};

constexpr std::int64_t no_limit = std::numeric_limits<std::int64_t>::max();

Scope stored_scope(std::string_view text) {
  auto scope = Scope::parse(text);
  if (!scope) throw std::logic_error("the store holds a grant on no scope");
  return *std::move(scope);
}

Grant grant_of(const sql::Rows& row) {
  return {.id = row.id<GrantId>(1),
          .position = row.integer(0),
          .subject = {.kind = static_cast<SubjectKind>(row.integer(2)), .position = row.integer(3)},
          .role = row.text(4),
          .scope = stored_scope(row.bytes(5)),
          .environments = static_cast<Environments>(row.integer(6)),
          .origin = static_cast<GrantOrigin>(row.integer(7)),
          .since = row.timestamp(8),
          .by = row.text(9)};
}

std::vector<Grant> grants_of(sql::Rows row) {
  std::vector<Grant> grants;
  for (; row; row.next()) grants.push_back(grant_of(row));
  return grants;
}

json::Object shown(const Grant& grant) {
  json::Object object{{"role", grant.role}, {"scope", grant.scope.str()}};
  if (grant.environments == 0) return object;
  json::Array categories;
  for (const auto category : {EnvironmentCategory::production, EnvironmentCategory::staging,
                              EnvironmentCategory::development, EnvironmentCategory::other}) {
    if ((grant.environments & bit(category)) != 0) categories.emplace_back(name(category));
  }
  object.append("environments", std::move(categories));
  return object;
}

Result<Role> role_to_grant(Roles roles, const std::string& key) {
  auto role = roles.get(key);
  if (role || !Permission::find(key)) return role;
  return Error(Fault::invalid_value, "\"" + key +
                                         "\" is a permission; a grant takes a role, not a "
                                         "permission.");
}

/// Whether `role` takes the place of a grant on the same scope: the same one, or on the ladder.
bool replaces(Preset preset, const Role& role, const Grant& grant) {
  if (grant.role == role.key) return true;
  const Role* held = find_builtin_role(preset, grant.role);
  return role.rank && held && held->rank;
}

/// What a change of grants means for the last admin; costs nothing unless it touches an admin role.
class AdminWatch {
 public:
  AdminWatch(Transaction& transaction, OrganizationKey organization, bool needed)
      : transaction_(transaction) {
    if (needed) kept_.emplace(transaction, organization);
  }
  Result<> check() {
    if (!kept_) return {};
    const Source source = transaction_.actor().source;
    const bool manual = source == Source::api || source == Source::cli;
    return kept_->check(manual ? Door::manual : Door::scim);
  }

 private:
  Transaction& transaction_;
  std::optional<AdminsKept> kept_;
};

}  // namespace

std::string_view name(SubjectKind kind) { return kind_names[static_cast<std::size_t>(kind)]; }

std::vector<Grant> Grants::list(const GrantSelection& selection, std::int64_t after,
                                std::size_t limit) {
  sql::Session& session = transaction_.session();
  const auto most = static_cast<std::int64_t>(limit);
  std::optional<std::string> scope;
  if (selection.scope) scope = selection.scope->str();
  if (selection.subject) {
    return grants_of(session.query(
        select_by_subject,
        {organization_, after, most, static_cast<std::int64_t>(selection.subject->kind),
         selection.subject->position, selection.role, scope}));
  }
  if (scope) {
    return grants_of(
        session.query(select_by_scope, {organization_, after, most, *scope, selection.role}));
  }
  if (selection.role) {
    return grants_of(session.query(select_by_role, {organization_, after, most, *selection.role}));
  }
  return grants_of(session.query(select_all, {organization_, after, most}));
}

std::vector<Grant> Grants::of(const Subject& subject) {
  return grants_of(transaction_.session().query(
      select_by_subject,
      {organization_, std::int64_t{0}, no_limit, static_cast<std::int64_t>(subject.kind),
       subject.position, std::nullopt, std::nullopt}));
}

Result<Grant> Grants::get(const GrantId& id) {
  const sql::Rows row = transaction_.session().query(select_by_id, {organization_, id});
  if (!row) return Error(Fault::not_found, "There is no such grant.");
  return grant_of(row);
}

Result<Grant> Grants::put(const NewGrant& wanted) {
  const Organization& organization = transaction_.organization(organization_);
  TRY(const Holder holder, find_holder(transaction_.session(), organization_, wanted.subject));
  CHECK_OK(check_direct(organization, wanted.subject));
  CHECK_OK(check_subject_in_plan(organization, wanted.subject, holder, wanted.role));
  TRY(const Role role, role_to_grant(transaction_.roles(organization_), wanted.role));
  CHECK_OK(check_role_in_plan(organization, role, wanted.scope.kind));
  if (const auto exists = transaction_.scope_tree(organization_).check_exists(wanted.scope);
      !exists) {
    return Error(Fault::not_found, exists.error().detail());
  }
  CHECK_OK(check_level(organization, role, wanted.scope));
  CHECK_OK(check_agent(role, wanted.subject, holder));
  CHECK_OK(check_environments(role, wanted.environments));

  std::vector<Grant> own = of(wanted.subject);
  CHECK_OK(check_override(own, role, wanted.scope));
  std::erase_if(own, [&](const Grant& grant) {
    return grant.scope != wanted.scope || !replaces(organization.preset, role, grant);
  });
  for (const Grant& grant : own) {
    if (grant.role == wanted.role && grant.environments == wanted.environments) return grant;
  }
  return replace(own, wanted, holder.object);
}

Result<Grant> Grants::replace(const std::vector<Grant>& replaced, const NewGrant& wanted,
                              const std::string& object) {
  const Preset preset = transaction_.organization(organization_).preset;
  const bool admin = std::ranges::any_of(
      replaced, [&](const Grant& grant) { return is_admin_role(preset, grant.role); });
  AdminWatch watch(transaction_, organization_, admin);
  for (const Grant& grant : replaced) erase(grant, object);
  Grant grant = insert(wanted, object);
  remove_outdone(wanted.subject, object);
  CHECK_OK(watch.check());
  return grant;
}

Result<> Grants::remove(const GrantId& id) {
  TRY(const Grant grant, get(id));
  TRY(const Holder holder, find_holder(transaction_.session(), organization_, grant.subject));
  const Preset preset = transaction_.organization(organization_).preset;
  AdminWatch watch(transaction_, organization_, is_admin_role(preset, grant.role));
  erase(grant, holder.object);
  return watch.check();
}

void Grants::remove_all_of(const Subject& subject) {
  const std::vector<Grant> grants = of(subject);
  if (grants.empty()) return;
  const std::string object = object_of(subject);
  for (const Grant& grant : grants) erase(grant, object);
}

void Grants::remove_all_on(const Scope& scope) {
  const std::string exact = scope.str();
  remove_range(exact, exact);
  // Names hold no '/', the sign before '0': a range is all names below.
  if (scope.kind == ScopeKind::deployment || scope.kind == ScopeKind::branch) {
    remove_range("code_location/" + scope.first + "/", "code_location/" + scope.first + "0");
  } else if (scope.kind == ScopeKind::project) {
    remove_range("environment/" + scope.first + "/", "environment/" + scope.first + "0");
  }
}

void Grants::remove_range(const std::string& first, const std::string& last) {
  for (;;) {
    const std::vector<Grant> grants = grants_of(
        transaction_.session().query(select_by_range, {organization_, first, last, page}));
    if (grants.empty()) return;
    for (const Grant& grant : grants) erase(grant, object_of(grant.subject));
  }
}

Result<> Grants::check_override(const std::vector<Grant>& own, const Role& role,
                                const Scope& scope) {
  if (scope.kind != ScopeKind::code_location) return {};
  const Preset preset = transaction_.organization(organization_).preset;
  TRY(const Deployment deployment, transaction_.scope_tree(organization_).deployment(scope.first));
  if (adds_to(role, rank_around(preset, own, scope, deployment.kind))) return {};
  return Error(Fault::invalid_value,
               "A role on a code location adds to the one on its deployment: launcher, editor or "
               "admin, and stronger than that one.");
}

void Grants::remove_outdone(const Subject& subject, const std::string& object) {
  const std::vector<Grant> own = of(subject);
  const Preset preset = transaction_.organization(organization_).preset;
  for (const Grant& grant : own) {
    if (grant.scope.kind != ScopeKind::code_location) continue;
    const auto role = transaction_.roles(organization_).get(grant.role);
    const auto deployment = transaction_.scope_tree(organization_).deployment(grant.scope.first);
    if (!role || !deployment) throw std::logic_error("the store holds a grant on nothing");
    if (!adds_to(*role, rank_around(preset, own, grant.scope, deployment->kind))) {
      erase(grant, object);
    }
  }
}

std::string Grants::object_of(const Subject& subject) {
  const auto holder = find_holder(transaction_.session(), organization_, subject);
  if (!holder) throw std::logic_error("a grant outlived its subject");
  return holder->object;
}

Grant Grants::insert(const NewGrant& wanted, const std::string& object) {
  Grant grant{.id = new_id<GrantId>(transaction_.now()),
              .subject = wanted.subject,
              .role = wanted.role,
              .scope = wanted.scope,
              .environments = wanted.environments,
              .origin = wanted.origin,
              .since = transaction_.now(),
              .by = in_words(transaction_.actor())};
  {
    const sql::Rows row = transaction_.session().query(
        insert_grant,
        {grant.id, organization_, static_cast<std::int64_t>(grant.subject.kind),
         grant.subject.position, grant.role, grant.scope.str(), std::int64_t{grant.environments},
         static_cast<std::int64_t>(grant.origin), grant.since, grant.by});
    grant.position = row.integer(0);
  }
  note_change(grant.subject);
  transaction_.audit(organization_)
      .append("permission.added", object, json::write(json::Object{{"after", shown(grant)}}));
  return grant;
}

void Grants::erase(const Grant& grant, const std::string& object) {
  transaction_.session().execute(delete_grant, {grant.position});
  note_change(grant.subject);
  transaction_.audit(organization_)
      .append("permission.removed", object, json::write(json::Object{{"before", shown(grant)}}));
}

void Grants::note_change(const Subject& subject) {
  if (subject.kind == SubjectKind::user) {
    transaction_.access_changes().note_user(subject.position);
  } else {
    transaction_.access_changes().note_shared();
  }
}

}  // namespace rollcall

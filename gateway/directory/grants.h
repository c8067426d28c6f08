#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"
#include "gateway/catalogue/role.h"
#include "gateway/catalogue/scope.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// Stored as a number: new enumerators go to the end.
enum class SubjectKind { user, group, service_user };
std::string_view name(SubjectKind kind);

/// Who holds a grant: the row of a user, group or service user.
struct Subject {
  SubjectKind kind;
  std::int64_t position;
  friend auto operator<=>(const Subject&, const Subject&) = default;
};

/// Where a grant came from. Stored as a number.
enum class GrantOrigin { manual, default_ };

struct Grant {
  GrantId id;
  std::int64_t position = 0;
  Subject subject;
  std::string role;
  Scope scope;
  /// Categories of environments that it may write (F39); 0 for none.
  Environments environments = 0;
  GrantOrigin origin = GrantOrigin::manual;
  Timestamp since;
  /// In words: "user/0190…", "local operator".
  std::string by;
};

struct NewGrant {
  Subject subject;
  std::string role;
  Scope scope;
  Environments environments = 0;
  GrantOrigin origin = GrantOrigin::manual;
};

/// Which grants; conditions that are absent do not matter.
struct GrantSelection {
  std::optional<Subject> subject = {};
  std::optional<std::string> role = {};
  std::optional<Scope> scope = {};
};

/// The grants of one organization within one transaction. Every change is audited
/// ("permission.added", "permission.removed", object "user/…", "group/…" or "service_user/…") and
/// seen by the next decision.
class Grants {
 public:
  Grants(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Behind `after` (a position), at most `limit`.
  std::vector<Grant> list(const GrantSelection& selection, std::int64_t after, std::size_t limit);
  std::vector<Grant> of(const Subject& subject);
  /// not_found if absent.
  Result<Grant> get(const GrantId& id);

  /// Puts the role on the scope. On the ladder a subject has one role on one scope: another ranked
  /// role there is replaced. A grant that is there already as wanted is left untouched.
  ///
  /// Refused: direct_grants_disabled (a user, unless the policy allows), feature_not_in_plan (a
  /// custom role, launcher, code locations, groups), not_found (role, scope), invalid_value (level
  /// of the role and kind of the scope do not fit; a code-location role that is not strictly above
  /// the subject's role on its deployment, F9; environments that the role cannot take), builtin
  /// "agent" for anyone but a service user of kind agent, last_admin (replaces the last admin's).
  Result<Grant> put(const NewGrant& wanted);
  /// last_admin if it leaves the organization without an admin, when the write is manual (source
  /// api or cli); others are honoured and audited (X13).
  Result<> remove(const GrantId& id);
  /// All of a subject that goes away, while its row is still there; audited one by one. Checks
  /// nothing.
  void remove_all_of(const Subject& subject);
  /// All on a scope that goes away, and below it.
  void remove_all_on(const Scope& scope);

  /// What a new user gets (spec/access 3.3a.4): the default role on every full deployment and
  /// default_branch_role on all branch deployments, origin default; nothing while there is no full
  /// deployment. `only` limits it to one new deployment. A scope that the user has a role on
  /// already is left alone.
  void add_defaults(std::int64_t user_position, const std::optional<std::string>& only = {});

  /// Users, not deactivated, who hold an admin role on the organization, directly or through a
  /// group, and whose licence lets them use it. At most `limit` are looked for.
  std::size_t count_admins(std::size_t limit);
  /// conflict with code "last_admin" if there is no admin now but was one `before`; call it with
  /// what count_admins(1) gave before a manual write. Never while the transaction defers it.
  Result<> check_admin_left(std::size_t before);

 private:
  /// `wanted` in place of `replaced`; `object` is the subject in the words of the audit log.
  Result<Grant> replace(const std::vector<Grant>& replaced, const NewGrant& wanted,
                        const std::string& object);
  /// invalid_value for a role on a code location that adds nothing to the subject's `own` (F9).
  Result<> check_override(const std::vector<Grant>& own, const Role& role, const Scope& scope);
  /// The roles on code locations that add nothing any more.
  void remove_outdone(const Subject& subject, const std::string& object);
  void remove_range(const std::string& first, const std::string& last);
  std::string object_of(const Subject& subject);
  Grant insert(const NewGrant& wanted, const std::string& object);
  void erase(const Grant& grant, const std::string& object);
  void note_change(const Subject& subject);

  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall

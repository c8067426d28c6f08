#include "gateway/admin/apply_work.h"
#include "gateway/directory/grant_rules.h"

namespace rollcall::admin {
namespace {

struct Wanted {
  int line;
  NewGrant grant;
};

/// Whose grants, as the plan names them.
struct Holder {
  Subject subject;
  std::string name;
  /// Made by this apply: what it got by default is not worth a line.
  bool fresh = false;
};

bool same(const Grant& present, const NewGrant& wanted) {
  return present.role == wanted.role && present.scope == wanted.scope &&
         present.environments == wanted.environments;
}

/// The grants of one holder on their way to what the file states.
class GrantChange {
 public:
  GrantChange(ApplyWork& work, Holder holder, std::vector<Wanted> wanted)
      : work_(work),
        grants_(work.transaction.grants(work.key())),
        holder_(std::move(holder)),
        wanted_(std::move(wanted)),
        present_(grants_.of(holder_.subject)) {}

  bool settled() const {
    return std::ranges::all_of(present_, [&](const Grant& grant) { return wanted(grant); }) &&
           std::ranges::all_of(wanted_, [&](const Wanted& item) { return present(item.grant); });
  }
  void make() {
    remove_unwanted();
    // A role on a code location is one above the deployment's (F9), which comes first.
    put([](ScopeKind kind) { return kind != ScopeKind::code_location; });
    put([](ScopeKind kind) { return kind == ScopeKind::code_location; });
  }

 private:
  bool wanted(const Grant& grant) const {
    return std::ranges::any_of(wanted_,
                               [&](const Wanted& item) { return same(grant, item.grant); });
  }
  bool present(const NewGrant& grant) const {
    return std::ranges::any_of(present_, [&](const Grant& item) { return same(item, grant); });
  }

  std::string item(const std::string& role, const Scope& scope) const {
    return holder_.name + ": " + role + " on " + scope.str();
  }
  /// A grant that another of the file takes the place of.
  bool replaced(const Grant& grant) const {
    return std::ranges::any_of(wanted_, [&](const Wanted& item) {
      return item.grant.scope == grant.scope && !present(item.grant);
    });
  }

  void remove_unwanted() {
    for (const Grant& grant : present_) {
      if (wanted(grant)) continue;
      const std::string id = item(grant.role, grant.scope);
      if (const auto done = grants_.remove(grant.id); !done) work_.refuse(0, id, done.error());
      if (holder_.fresh || replaced(grant)) continue;
      work_.plan.removed.push_back({"grant", id, ""});
    }
  }

  template <class Which>
  void put(Which which) {
    const auto now = grants_.of(holder_.subject);
    for (const auto& [line, grant] : wanted_) {
      if (!which(grant.scope.kind)) continue;
      if (std::ranges::any_of(now, [&](const Grant& has) { return same(has, grant); })) continue;
      const std::string id = item(grant.role, grant.scope);
      if (const auto done = grants_.put(grant); !done) {
        work_.refuse(line, id, done.error());
        continue;
      }
      const Grant* before = find_by(present_, &Grant::scope, grant.scope);
      if (before && !holder_.fresh && !wanted(*before)) {
        const std::string was = before->role == grant.role ? "env_write" : "was " + before->role;
        work_.plan.changed.push_back({"grant", id, was});
      } else {
        work_.plan.added.push_back({"grant", id, ""});
      }
    }
  }

  ApplyWork& work_;
  Grants grants_;
  Holder holder_;
  std::vector<Wanted> wanted_;
  std::vector<Grant> present_;
};

std::vector<Wanted> stated(const std::vector<DeclaredGrant>& declared, const Subject& subject) {
  std::vector<Wanted> wanted;
  for (const DeclaredGrant& grant : declared) {
    if (grant.none()) continue;
    wanted.push_back({grant.line,
                      {.subject = subject,
                       .role = grant.role,
                       .scope = grant.scope,
                       .environments = grant.environments}});
  }
  return wanted;
}

void apply_user_grants(ApplyWork& work, const std::vector<DeclaredUser>& declared) {
  const auto defaults = default_grants(work.transaction, work.organization);
  for (const DeclaredUser& user : declared) {
    const auto known = work.users.find(user.id);
    if (!user.grants || known == work.users.end() || known->second.deactivated) continue;
    const Subject subject{SubjectKind::user, known->second.position};
    std::vector<Wanted> wanted = stated(*user.grants, subject);
    for (const DefaultGrant& grant : defaults) {
      if (find_by(*user.grants, &DeclaredGrant::scope, grant.scope)) continue;
      wanted.push_back({user.line,
                        {.subject = subject,
                         .role = grant.role,
                         .scope = grant.scope,
                         .origin = GrantOrigin::default_}});
    }
    GrantChange change(work, {subject, "user " + user.id, known->second.added}, std::move(wanted));
    if (change.settled()) continue;
    if (const auto stored = work.transaction.users(work.key()).get(known->second.id)) {
      work.people.watch(*stored);
    }
    change.make();
  }
}

void apply_group_grants(ApplyWork& work, const std::vector<DeclaredGroup>& declared) {
  Groups groups = work.transaction.groups(work.key());
  for (const DeclaredGroup& group : declared) {
    if (!group.grants) continue;
    GroupSelection by_name;
    by_name.display_name = group.name;
    const auto found = groups.list(by_name, 0, 1);
    if (found.empty()) continue;  // refused before
    const Subject subject{SubjectKind::group, found.front().position};
    GrantChange change(work, {subject, "group " + group.name}, stated(*group.grants, subject));
    if (change.settled()) continue;
    work.people.watch_members(found.front());
    change.make();
  }
}

void apply_service_user_grants(ApplyWork& work, const std::vector<DeclaredServiceUser>& declared) {
  ServiceUsers service_users = work.transaction.service_users(work.key());
  for (const DeclaredServiceUser& service_user : declared) {
    const auto found = service_users.find(service_user.name);
    if (!service_user.grants || !found) continue;
    const Subject subject{SubjectKind::service_user, found->position};
    GrantChange change(work, {subject, "service user " + service_user.name},
                       stated(*service_user.grants, subject));
    if (!change.settled()) change.make();
  }
}

}  // namespace

std::vector<DefaultGrant> default_grants(Transaction& transaction,
                                         const Organization& organization) {
  std::vector<DefaultGrant> grants;
  if (!gives_default_grants(organization.policy)) return grants;
  bool any = false;
  for (const Deployment& deployment : transaction.scope_tree(organization.key).deployments()) {
    if (deployment.kind != DeploymentKind::full) continue;
    any = true;
    if (!deployment.default_role) continue;
    grants.push_back({*deployment.default_role, {ScopeKind::deployment, deployment.name, {}}});
  }
  if (any && organization.policy.default_branch_role) {
    grants.push_back(
        {*organization.policy.default_branch_role, {ScopeKind::all_branch_deployments, {}, {}}});
  }
  return grants;
}

void apply_grants(ApplyWork& work, const OrganizationFile& file) {
  if (file.users) apply_user_grants(work, *file.users);
  if (file.groups) apply_group_grants(work, *file.groups);
  if (file.service_users) apply_service_user_grants(work, *file.service_users);
}

}  // namespace rollcall::admin

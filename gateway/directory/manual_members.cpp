#include "gateway/directory/groups.h"
#include "gateway/directory/membership_rules.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <string>
#include <unordered_set>

// Memberships changed by hand (spec/access 3.3e "Membership authority", S78, S87).

namespace rollcall {
namespace {

constexpr sql::Sql select_user{
    "SELECT u.scim_managed, EXISTS (SELECT 1 FROM memberships m WHERE m.group_position = $3 "
    "AND m.user_position = u.position), EXISTS (SELECT 1 FROM memberships m "
    "WHERE m.user_position = u.position) FROM users u WHERE u.id = $1 AND u.organization = $2"};

struct Candidate {
  bool scim_managed;
  bool member;
  bool in_any_group;
};

std::optional<Candidate> find(sql::Session& session, OrganizationKey organization,
                              const Group& group, const UserId& user) {
  const sql::Rows row = session.query(select_user, {user, organization, group.position});
  if (!row) return std::nullopt;
  return Candidate{row.flag(0), row.flag(1), row.flag(2)};
}

Error self_membership() {
  return Error(Fault::forbidden,
               "Nobody changes their own membership of a group: another person must do it.")
      .with_code("self_membership");
}

bool names_actor(const Actor& actor, std::span<const UserId> users) {
  if (actor.kind != ActorKind::user) return false;
  const auto self = UserId::parse(actor.id);
  return self && std::ranges::find(users, *self) != users.end();
}

Result<> check_apart(std::span<const UserId> added, std::span<const UserId> removed) {
  const std::unordered_set<UserId> joining(added.begin(), added.end());
  for (const UserId& user : removed) {
    if (!joining.contains(user)) continue;
    return Error(Fault::invalid_value, "The user " + user.str() + " cannot both join and leave.");
  }
  return {};
}

std::string counted(std::size_t count) {
  return count == 1 ? "1 of these memberships" : std::to_string(count) + " of these memberships";
}

/// Collects the rows that will change, by who decides on them.
class Review {
 public:
  Review(Transaction& transaction, OrganizationKey organization, const Group& group)
      : transaction_(transaction),
        organization_(organization),
        group_(group),
        managed_(transaction.mappings(organization).managed(group)) {}

  Result<> add(std::span<const UserId> users) {
    const bool kept = group_.options.manual_members == ManualMembers::keep;
    for (const UserId& user : users) {
      const auto candidate = find(transaction_.session(), organization_, group_, user);
      // An id that names nobody is refused where the rows are written.
      if (candidate && !candidate->member) note(*candidate, kept);
    }
    return check();
  }

  Result<> remove(std::span<const UserId> users) {
    for (const UserId& user : users) {
      const auto candidate = find(transaction_.session(), organization_, group_, user);
      if (!candidate || !candidate->member) continue;
      note(*candidate, false);
      leaving_.push_back(user);
    }
    return check();
  }

  /// Once the rows are written.
  std::vector<std::string> warnings() const {
    std::vector<std::string> list;
    if (const std::size_t left = left_without_group(); left > 0) {
      list.push_back(std::to_string(left) + (left == 1 ? " user is" : " users are") +
                     " in no group now.");
    }
    if (of_sign_in_ > 0) {
      list.push_back("The identity provider decides on " + counted(of_sign_in_) +
                     ": re-applied at the user's next sign-in.");
    }
    if (of_scim_ > 0 && allowed_ == ManualGroups::may_be_overwritten) {
      list.push_back("The identity provider manages " + counted(of_scim_) +
                     " through SCIM and may overwrite the change.");
    }
    return list;
  }

 private:
  /// A dbt account wants everybody in a group (F46): said, not enforced (X14).
  std::size_t left_without_group() const {
    if (transaction_.organization(organization_).preset != Preset::dbt) return 0;
    return static_cast<std::size_t>(std::ranges::count_if(leaving_, [&](const UserId& user) {
      const auto candidate = find(transaction_.session(), organization_, group_, user);
      return candidate && !candidate->in_any_group;
    }));
  }

  void note(const Candidate& candidate, bool survives_sign_in) {
    switch (authority_over(candidate.scim_managed, group_.scim_managed, managed_)) {
      case Authority::manual:
        return;
      case Authority::sso:
        of_sign_in_ += survives_sign_in ? 0 : 1;
        return;
      case Authority::scim:
        ++of_scim_;
        return;
    }
  }

  Result<> check() {
    if (of_scim_ == 0) return {};
    if (!allowed_) allowed_ = manual_groups(transaction_, organization_);
    if (allowed_ != ManualGroups::refused) return {};
    return scim_decides();
  }

  Transaction& transaction_;
  OrganizationKey organization_;
  const Group& group_;
  bool managed_;
  std::size_t of_sign_in_ = 0;
  std::size_t of_scim_ = 0;
  std::optional<ManualGroups> allowed_;
  std::vector<UserId> leaving_;
};

}  // namespace

Result<MembershipChange> Groups::change_members(const Group& group, std::span<const UserId> added,
                                                std::span<const UserId> removed) {
  CHECK_OK(check_apart(added, removed));
  const Policy& policy = transaction_.organization(organization_).policy;
  const Actor& actor = transaction_.actor();
  if (policy.forbid_self_membership && (names_actor(actor, added) || names_actor(actor, removed))) {
    return self_membership();
  }
  if (!added.empty()) CHECK_OK(check_plan(group.profile.display_name));
  Review review(transaction_, organization_, group);
  CHECK_OK(review.add(added));
  CHECK_OK(review.remove(removed));
  GroupAdminsKept admins(transaction_, organization_, group);
  MembershipChange change;
  TRY(change.added, insert_members(group, added, Origin::manual));
  change.removed = delete_members(group, removed);
  CHECK_OK(admins.check(door()));
  change.warnings = review.warnings();
  return change;
}

}  // namespace rollcall

#include "gateway/admin/apply_work.h"

namespace rollcall::admin {
namespace {

/// The policy that the file states, or the present one; problems name their line.
std::optional<Policy> declared_policy(ApplyWork& work, const DeclaredOrganization& declared) {
  Policy policy = work.organization.policy;
  if (declared.policy) {
    const auto stated = read_policy(*declared.policy, work.organization.preset);
    if (!stated) {
      work.refuse(declared.line, "organization", stated.error());
      return std::nullopt;
    }
    policy = *stated;
  }
  if (declared.brake_max_removals) policy.brake_max_removals = *declared.brake_max_removals;
  if (declared.brake_max_percent) policy.brake_max_percent = *declared.brake_max_percent;
  return policy;
}

std::string changes(const Organization& before, const Organization& after) {
  json::Object old = show_policy(before.policy);
  json::Object now = show_policy(after.policy);
  old.append("name", before.name);
  now.append("name", after.name);
  old.append("plan", before.plan.value_or(""));
  now.append("plan", after.plan.value_or(""));
  return changed_keys(old, now);
}

using Number = std::optional<std::int64_t>;

std::string shown(const Number& number) { return number ? std::to_string(*number) : "unlimited"; }

/// The number to set now, if the file states another one: behind the users what they still hold.
std::optional<Number> pending(const Number& present, const std::optional<Number>& declared,
                              std::int64_t used, SeatTurn turn) {
  if (!declared || *declared == present) return std::nullopt;
  const bool possible = !*declared || **declared >= used;
  return possible || turn == SeatTurn::behind_users ? declared : std::nullopt;
}

}  // namespace

void apply_organization_settings(ApplyWork& work, const DeclaredOrganization& declared,
                                 bool fresh) {
  const auto policy = declared_policy(work, declared);
  if (!policy) return;
  Organization wanted = work.organization;
  if (declared.name) wanted.name = *declared.name;
  if (declared.plan) wanted.plan = *declared.plan;
  wanted.policy = *policy;
  const std::string changed = changes(work.organization, wanted);
  if (changed.empty()) return;
  if (wanted.policy.direct_user_grants != work.organization.policy.direct_user_grants) {
    work.people.watch_everyone();
  }
  auto updated = work.transaction.organizations().update(wanted);
  if (!updated) return work.refuse(declared.line, "organization", updated.error());
  work.organization = *std::move(updated);
  if (!fresh) work.plan.changed.push_back({"organization", work.organization.slug, changed});
}

void apply_seats(ApplyWork& work, const DeclaredOrganization& declared, SeatTurn turn) {
  Seats seats = work.transaction.seats(work.key());
  for (const auto& numbers : declared.seats) {
    const std::string item = "seats of " + numbers.pool;
    const auto pools = seat_pools(work.organization.policy.licenses);
    if (std::ranges::find(pools, numbers.pool) == pools.end()) {
      if (turn == SeatTurn::behind_users) continue;
      work.problems.add(numbers.line, item + ": this organization has no such seats");
      continue;
    }
    const SeatPool present = seats.get(numbers.pool);
    const auto user = pending(present.user_seats, numbers.user, present.used, turn);
    const auto billing = pending(present.billing_seats, numbers.billing, present.used, turn);
    if (!user && !billing) continue;
    if (const auto done = seats.set(numbers.pool, user, billing); !done) {
      work.refuse(numbers.line, item, done.error());
      continue;
    }
    std::string note;
    if (user) note = "user seats from " + shown(present.user_seats) + " to " + shown(*user);
    if (billing) {
      note += (note.empty() ? "" : ", ") + ("billing seats from " + shown(present.billing_seats)) +
              " to " + shown(*billing);
    }
    work.plan.changed.push_back({"seats", numbers.pool, note});
  }
}

}  // namespace rollcall::admin

#include "gateway/base/json.h"
#include "gateway/directory/door.h"
#include "gateway/directory/organizations.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

#include <algorithm>
#include <stdexcept>

namespace rollcall {
namespace {

constexpr std::size_t longest_name = 200;

constexpr sql::Sql update_organization{
    "UPDATE organizations SET name = $2, plan = $3, policy = $4, version = version + 1 "
    "WHERE key = $1"};
constexpr sql::Sql insert_pool{
    "INSERT INTO seat_pools (organization, pool, user_seats, billing_seats, used) "
    "VALUES ($1, $2, $3, $4, 0) ON CONFLICT DO NOTHING"};

json::Value shown(const std::optional<std::string>& text) {
  return text ? json::Value(*text) : json::Value();
}

/// Name, plan and the settings of the policy; of those the ones that differ from `other`.
json::Object shown(const Organization& organization, const Organization& other) {
  json::Object object;
  if (organization.name != other.name) object.append("name", organization.name);
  if (organization.plan != other.plan) object.append("plan", shown(organization.plan));
  const json::Object theirs = show_policy(other.policy);
  json::Object own = show_policy(organization.policy);
  for (json::Member& member : own) {
    const json::Value* value = theirs.find(member.name);
    if (value && *value == member.value) continue;
    object.append(std::move(member.name), std::move(member.value));
  }
  return object;
}

}  // namespace

Features Organization::features() const {
  if (!plan) return every_feature;
  const Plan* found = find_plan(preset, *plan);
  return found ? found->features : Features();
}

Result<> require(const Organization& organization, Feature feature) {
  if (organization.has(feature)) return {};
  return Error(Fault::forbidden,
               "The plan of this organization does not include " + std::string(name(feature)) + ".")
      .with_code("feature_not_in_plan");
}

Error no_such_plan(Preset preset, std::string_view plan) {
  std::string sentence = "There is no plan \"" + std::string(plan.substr(0, 80)) + "\"; one of:";
  for (const Plan& known : plans(preset)) sentence.append(" ").append(known.name);
  return {Fault::invalid_value, sentence + "."};
}

void add_base_seats(Transaction& transaction, OrganizationKey organization, Preset preset,
                    const std::optional<std::string>& plan) {
  const Plan* found = plan ? find_plan(preset, *plan) : nullptr;
  if (!found) return;
  for (const BaseSeats& base : found->base_seats) {
    const auto billing = found->billing_seats ? std::optional(base.seats) : std::nullopt;
    transaction.session().execute(insert_pool, {organization, base.pool, base.seats, billing});
  }
}

Result<Organization> Organizations::update(const Organization& wanted) {
  TRY(const Organization current, get(wanted.key));
  if (wanted.plan && !find_plan(current.preset, *wanted.plan)) {
    return no_such_plan(current.preset, *wanted.plan);
  }
  if (wanted.name.size() > longest_name) {
    return Error(Fault::invalid_value, "The name of an organization has at most 200 bytes.");
  }
  if (current.name == wanted.name && current.plan == wanted.plan &&
      current.policy == wanted.policy) {
    return current;
  }
  // What plan and policy let count decides who is an admin.
  AdminsKept admins(transaction_, wanted.key);
  transaction_.session().execute(
      update_organization, {wanted.key, wanted.name, wanted.plan,
                            json::write(json::Value(write_policy(wanted.policy, current.preset)))});
  transaction_.forget_organization(wanted.key);
  transaction_.access_changes().note_shared();
  transaction_.note_token_change();
  TRY(const Organization updated, get(wanted.key));
  CHECK_OK(admins.check(Door::manual));
  if (updated.policy.licenses != current.policy.licenses) {
    transaction_.seats(wanted.key).recount();
  }
  transaction_.audit(wanted.key)
      .append("organization.changed", "organization/" + current.slug,
              json::write(json::Object{{"before", shown(current, updated)},
                                       {"after", shown(updated, current)}}));
  return updated;
}

const Organization& Transaction::organization(OrganizationKey key) {
  for (const auto& known : organizations_) {
    if (known->key == key) return *known;
  }
  auto found = organizations().get(key);
  if (!found) throw std::logic_error("a transaction asks for an organization that does not exist");
  organizations_.push_back(std::make_unique<Organization>(*std::move(found)));
  return *organizations_.back();
}

void Transaction::forget_organization(OrganizationKey key) {
  std::erase_if(organizations_, [&](const auto& known) { return known->key == key; });
}

}  // namespace rollcall

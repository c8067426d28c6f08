#include "gateway/admin/apply.h"

#include "gateway/admin/apply_work.h"

namespace rollcall::admin {
namespace {

/// The organization that the file means, made if there is none.
std::optional<Organization> find_or_add(Transaction& transaction,
                                        const DeclaredOrganization& declared, Plan& plan,
                                        Problems& problems) {
  Organizations organizations = transaction.organizations();
  auto organization = organizations.get(declared.slug);
  if (!organization) {
    organization = organizations.add(declared.slug, declared.preset.value_or(Preset::none),
                                     declared.plan.value_or(std::nullopt));
    plan.added.push_back({"organization", declared.slug, ""});
  }
  if (!organization) {
    problems.add(declared.line, "organization: " + organization.error().detail(),
                 std::string(organization.error().code()));
    return std::nullopt;
  }
  if (declared.preset && *declared.preset != organization->preset) {
    const std::string present(name(organization->preset));
    problems.add(declared.line,
                 "organization: the preset is decided when an organization is made; "
                 "this one has " +
                     (present.empty() ? "none" : present));
    return std::nullopt;
  }
  return *std::move(organization);
}

void apply_sections(ApplyWork& work, const OrganizationFile& file, bool fresh) {
  apply_organization_settings(work, file.organization, fresh);
  apply_seats(work, file.organization, SeatTurn::before_users);
  if (file.connections) apply_connections(work, *file.connections);
  if (file.scim) apply_scim(work, *file.scim);
  apply_scopes(work, file);
  if (file.custom_roles) put_roles(work, *file.custom_roles);
  if (file.users) apply_users(work, *file.users);
  if (file.groups) apply_groups(work, *file.groups);
  if (file.service_users) apply_service_users(work, *file.service_users);
  apply_grants(work, file);
  if (file.license_mappings) apply_license_mappings(work, *file.license_mappings);
  if (file.custom_roles) remove_roles(work, *file.custom_roles);
  apply_seats(work, file.organization, SeatTurn::behind_users);
}

void audit(ApplyWork& work) {
  if (work.plan.empty()) return;
  const auto count = [](const auto& list) { return static_cast<std::int64_t>(list.size()); };
  const json::Object detail{{"added", count(work.plan.added)},
                            {"changed", count(work.plan.changed)},
                            {"removed", count(work.plan.removed)}};
  work.transaction.audit(work.key())
      .append("organization.applied", "organization/" + work.organization.slug,
              json::write(json::Value(detail)));
}

}  // namespace

json::Object stored_object(const std::string& text) {
  const auto value = json::parse(text);
  return value && value->object() ? *value->object() : json::Object{};
}

std::string changed_keys(const json::Object& before, const json::Object& after) {
  std::string keys;
  const auto add = [&](const std::string& key) { keys += (keys.empty() ? "" : ", ") + key; };
  for (const json::Member& member : after) {
    const json::Value* old = before.find(member.name);
    if (!old || !(*old == member.value)) add(member.name);
  }
  for (const json::Member& member : before) {
    if (!after.find(member.name)) add(member.name);
  }
  return keys;
}

void ApplyWork::refuse(int line, const std::string& item, const Error& error) {
  problems.add(line, item + ": " + error.detail(), std::string(error.code()));
}

void note_scim_managed(ApplyWork& work, const char* kind, std::int64_t count) {
  if (count == 0) return;
  work.plan.kept.push_back({kind, "*", std::to_string(count) + " scim-managed, never removed"});
}

void create_tokens(ApplyWork& work, const std::vector<std::string>& names,
                   const std::vector<Token>& present, NewToken wanted, int line,
                   const std::string& owner) {
  for (const std::string& token_name : names) {
    const bool alive = std::ranges::any_of(present, [&](const Token& token) {
      return token.name == token_name && token.alive(work.transaction.now());
    });
    if (alive) continue;
    wanted.name = token_name;
    const std::string id = owner + "/" + token_name;
    auto created = work.transaction.tokens().add(wanted);
    if (!created) {
      work.refuse(line, "token " + id, created.error());
      continue;
    }
    const bool scim = wanted.kind == TokenKind::scim;
    work.plan.added.push_back({"token", id, ""});
    work.plan.created_tokens.push_back({created->token.id.str(), scim ? owner : "",
                                        scim ? "" : owner, token_name, std::move(created->secret)});
  }
}

Plan apply(Transaction& transaction, const KeyRing& keys, const OrganizationFile& file,
           Problems& problems) {
  Plan plan;
  const auto organization = find_or_add(transaction, file.organization, plan, problems);
  if (!organization) return plan;
  plan.organization = organization->slug;
  ApplyWork work{transaction, keys, *organization, plan, problems, {transaction, organization->key},
                 {}};
  Grants grants = transaction.grants(organization->key);
  const std::size_t admins = grants.count_admins(1);
  // An admin may be replaced by another in any order.
  transaction.defer_admin_check(true);
  apply_sections(work, file, !plan.added.empty());
  transaction.defer_admin_check(false);
  if (const auto left = grants.check_admin_left(admins); !left) {
    work.refuse(file.organization.line, "organization", left.error());
  }
  if (!problems.empty()) return plan;
  work.people.compare(plan);
  audit(work);
  return plan;
}

}  // namespace rollcall::admin

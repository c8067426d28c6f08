#include "gateway/admin/apply.h"
#include "gateway/admin/describe_parts.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

DeclaredOrganization declared_form(Transaction& transaction, const Organization& organization) {
  DeclaredOrganization declared;
  declared.slug = organization.slug;
  declared.preset = organization.preset;
  if (organization.plan) declared.plan = organization.plan;
  if (!organization.name.empty()) declared.name = organization.name;
  for (const SeatPool& pool : transaction.seats(organization.key).list()) {
    if (!pool.user_seats && !pool.billing_seats) continue;
    DeclaredOrganization::SeatNumbers numbers;
    numbers.pool = pool.pool;
    numbers.user = pool.user_seats;
    if (pool.billing_seats) numbers.billing = pool.billing_seats;
    declared.seats.push_back(std::move(numbers));
  }
  Policy policy = organization.policy;
  const Policy defaults = default_policy(organization.preset);
  if (policy.brake_max_removals != defaults.brake_max_removals) {
    declared.brake_max_removals = policy.brake_max_removals;
  }
  if (policy.brake_max_percent != defaults.brake_max_percent) {
    declared.brake_max_percent = policy.brake_max_percent;
  }
  policy.brake_max_removals = defaults.brake_max_removals;
  policy.brake_max_percent = defaults.brake_max_percent;
  json::Object settings = write_policy(policy, organization.preset);
  if (!settings.empty()) declared.policy = std::move(settings);
  return declared;
}

DeclaredScimConnection declared_form(const ScimConnection& connection, std::vector<Token> tokens,
                                     Timestamp now) {
  DeclaredScimConnection declared;
  declared.id = connection.id;
  declared.enabled = connection.enabled;
  declared.mode = connection.mode;
  declared.username_is_email = connection.username_is_email;
  declared.options = stored_object(connection.options);
  std::erase_if(tokens,
                [&](const Token& token) { return token.scim_connection != connection.key; });
  declared.tokens = living_names(tokens, now);
  return declared;
}

void describe_connections(Transaction& transaction, const Organization& organization,
                          OrganizationFile& file) {
  Organizations organizations = transaction.organizations();
  for (const Connection& connection : organizations.connections(organization.key)) {
    if (!file.connections) file.connections.emplace();
    file.connections->push_back({0, connection.id, stored_object(connection.settings)});
  }
  const auto tokens = transaction.tokens().list(organization.key);
  for (const ScimConnection& connection : organizations.scim_connections(organization.key)) {
    if (!file.scim) file.scim.emplace();
    file.scim->push_back(declared_form(connection, tokens, transaction.now()));
  }
}

}  // namespace

std::vector<std::string> living_names(const std::vector<Token>& tokens, Timestamp now) {
  std::vector<std::string> names;
  for (const Token& token : tokens) {
    if (token.alive(now)) names.push_back(token.name);
  }
  std::ranges::sort(names);
  const auto repeated = std::ranges::unique(names);
  names.erase(repeated.begin(), repeated.end());
  return names;
}

OrganizationFile describe(Transaction& transaction, const Organization& organization) {
  OrganizationFile file;
  file.organization = declared_form(transaction, organization);
  describe_scopes(transaction, organization.key, file);
  describe_connections(transaction, organization, file);
  describe_roles(transaction, organization.key, file);
  describe_people(transaction, organization, file);
  describe_license_mappings(transaction, organization.key, file);
  return file;
}

}  // namespace rollcall::admin

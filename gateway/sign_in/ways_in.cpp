#include "gateway/sign_in/ways_in.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

std::vector<SignInConnection> ready(Transaction& transaction, const KeyRing& keys,
                                    const Organization& organization) {
  std::vector<SignInConnection> found;
  for (const Connection& row : transaction.organizations().connections(organization.key)) {
    SignInConnection connection = read_connection(
        organization, row, stored_secrets(transaction, keys, organization.key, row.id));
    if (connection.state == ConnectionState::ready) found.push_back(std::move(connection));
  }
  return found;
}

}  // namespace

Result<std::vector<SignInConnection>> ways_into(Transaction& transaction, const KeyRing& keys,
                                                std::string_view organization) {
  TRY(const Organization found, transaction.organizations().get(organization));
  return ready(transaction, keys, found);
}

std::vector<SignInConnection> ways_for(Transaction& transaction, const KeyRing& keys,
                                       std::string_view address) {
  const auto domain = email_domain(address);
  if (!domain) return {};
  const auto owner = Domains::owner(transaction, *domain);
  if (!owner) return {};
  const auto organization = transaction.organizations().get(*owner);
  if (!organization) return {};
  const std::vector<SignInConnection> all = ready(transaction, keys, *organization);
  std::vector<SignInConnection> named;
  std::vector<SignInConnection> open;
  for (const SignInConnection& connection : all) {
    const auto& domains = connection.domains;
    if (domains.empty()) open.push_back(connection);
    if (std::ranges::find(domains, *domain) != domains.end()) named.push_back(connection);
  }
  return named.empty() ? open : named;
}

}  // namespace rollcall::sign_in

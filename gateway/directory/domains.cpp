#include "gateway/directory/domains.h"

#include "gateway/base/json.h"
#include "gateway/crypto/random.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr std::int64_t most_domains = 1000;
/// 128 bits.
constexpr std::size_t challenge_size = 16;

constexpr std::string_view select =
    "SELECT name, challenge, verified, method, checked FROM domains WHERE organization = $1 ";
constexpr std::string_view all = "ORDER BY name LIMIT $2";
constexpr std::string_view this_one = "AND name = $2";
constexpr sql::Sql select_all{sql::joined<select, all>};
constexpr sql::Sql select_one{sql::joined<select, this_one>};
constexpr sql::Sql select_owner{
    "SELECT organization FROM domains WHERE name = $1 AND verified IS NOT NULL"};
constexpr sql::Sql select_count{"SELECT count(*) FROM domains WHERE organization = $1"};
constexpr sql::Sql insert_domain{
    "INSERT INTO domains (organization, name, challenge, method) VALUES ($1, $2, $3, '')"};
constexpr sql::Sql update_verified{
    "UPDATE domains SET verified = coalesce(verified, $3), checked = $3, method = $4 "
    "WHERE organization = $1 AND name = $2"};
constexpr sql::Sql update_checked{
    "UPDATE domains SET checked = $3 WHERE organization = $1 AND name = $2"};
constexpr sql::Sql delete_domain{"DELETE FROM domains WHERE organization = $1 AND name = $2"};

Domain domain_of(const sql::Rows& row) {
  return {.name = row.text(0),
          .challenge = row.text(1),
          .verified = row.optional_timestamp(2),
          .method = row.text(3),
          .checked = row.optional_timestamp(4)};
}

/// What nobody can claim is claimed by nobody: as a look-up finds it.
std::string key_of(std::string_view name) { return normal_domain(name).value_or(""); }

std::string object_of(const std::string& name) { return "domain/" + name; }

Error not_claimed() { return {Fault::not_found, "The organization does not claim this domain."}; }

}  // namespace

std::vector<Domain> Domains::list() {
  std::vector<Domain> domains;
  for (sql::Rows row = transaction_.session().query(select_all, {organization_, most_domains}); row;
       row.next()) {
    domains.push_back(domain_of(row));
  }
  return domains;
}

Result<Domain> Domains::get(std::string_view name) {
  const sql::Rows row = transaction_.session().query(select_one, {organization_, key_of(name)});
  if (!row) return not_claimed();
  return domain_of(row);
}

Result<Domain> Domains::add(std::string_view name) {
  const auto normal = normal_domain(name);
  if (!normal) return Error(Fault::invalid_value, "This is not the name of an e-mail domain.");
  sql::Session& session = transaction_.session();
  if (auto known = get(*normal)) return known;
  if (session.query(select_count, {organization_}).integer(0) >= most_domains) {
    return Error(Fault::too_many, "An organization has at most 1000 domains.");
  }
  session.execute(insert_domain, {organization_, *normal, random_text(challenge_size)});
  transaction_.audit(organization_).append("domain.added", object_of(*normal), "{}");
  return get(*normal);
}

Result<Domain> Domains::verify(std::string_view name, std::string_view method) {
  TRY(const Domain before, get(name));
  const auto changed = transaction_.session().execute_unique(
      update_verified, {organization_, before.name, transaction_.now(), method});
  if (!changed) {
    return Error(Fault::conflict, "Another organization has proved that the domain is its own.")
        .with_code("domain_taken");
  }
  if (!before.verified || before.method != method) {
    transaction_.audit(organization_)
        .append("domain.verified", object_of(before.name),
                json::write(json::Object{{"after", json::Object{{"method", method}}}}));
  }
  return get(before.name);
}

void Domains::note_check(std::string_view name) {
  transaction_.session().execute(update_checked, {organization_, key_of(name), transaction_.now()});
}

Result<> Domains::remove(std::string_view name) {
  const std::string key = key_of(name);
  if (transaction_.session().execute(delete_domain, {organization_, key}) == 0) {
    return not_claimed();
  }
  transaction_.audit(organization_).append("domain.removed", object_of(key), "{}");
  return {};
}

std::optional<OrganizationKey> Domains::owner(Transaction& transaction, std::string_view name) {
  const sql::Rows row = transaction.session().query(select_owner, {key_of(name)});
  return row ? std::optional(OrganizationKey(row.integer(0))) : std::nullopt;
}

}  // namespace rollcall

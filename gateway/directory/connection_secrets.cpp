#include "gateway/directory/connection_secrets.h"

#include "gateway/base/json.h"
#include "gateway/crypto/digest.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr std::int64_t most_names = 100;

constexpr sql::Sql select_sealed{
    "SELECT sealed FROM connection_secrets "
    "WHERE organization = $1 AND connection = $2 AND name = $3"};
constexpr sql::Sql select_names{
    "SELECT name FROM connection_secrets WHERE organization = $1 AND connection = $2 "
    "ORDER BY name LIMIT $3"};
constexpr sql::Sql upsert_secret{
    "INSERT INTO connection_secrets (organization, connection, name, sealed) "
    "VALUES ($1, $2, $3, $4) ON CONFLICT (organization, connection, name) "
    "DO UPDATE SET sealed = excluded.sealed"};
constexpr sql::Sql delete_secret{
    "DELETE FROM connection_secrets WHERE organization = $1 AND connection = $2 AND name = $3"};
constexpr sql::Sql select_all{
    "SELECT organization, connection, name, sealed FROM connection_secrets"};

/// Where the secret lies: it opens nowhere else. No id or name has a slash.
std::string purpose_of(OrganizationKey organization, std::string_view connection,
                       std::string_view name) {
  std::string purpose = "connection/" + std::to_string(organization.value()) + "/";
  return purpose.append(connection).append("/").append(name);
}

void audit(Transaction& transaction, OrganizationKey organization, std::string_view type,
           std::string_view connection, std::string_view name) {
  transaction.audit(organization)
      .append(type, "connection/" + std::string(connection),
              json::write(json::Object{{"name", name}}));
}

}  // namespace

std::optional<Secret> ConnectionSecrets::get(const KeyRing& keys, std::string_view connection,
                                             std::string_view name) {
  const sql::Rows row =
      transaction_.session().query(select_sealed, {organization_, connection, name});
  if (!row) return std::nullopt;
  return keys.open(row.bytes(0), purpose_of(organization_, connection, name));
}

bool ConnectionSecrets::set(const KeyRing& keys, std::string_view connection, std::string_view name,
                            const Secret& secret) {
  const auto stored = get(keys, connection, name);
  if (stored && equal_in_constant_time(stored->reveal(), secret.reveal())) return false;
  transaction_.session().execute(
      upsert_secret, {organization_, connection, name,
                      keys.seal(secret.reveal(), purpose_of(organization_, connection, name))});
  audit(transaction_, organization_, "connection.secret.set", connection, name);
  return true;
}

void ConnectionSecrets::remove(std::string_view connection, std::string_view name) {
  if (transaction_.session().execute(delete_secret, {organization_, connection, name}) == 0) return;
  audit(transaction_, organization_, "connection.secret.removed", connection, name);
}

std::vector<std::string> ConnectionSecrets::names(std::string_view connection) {
  std::vector<std::string> names;
  for (sql::Rows row =
           transaction_.session().query(select_names, {organization_, connection, most_names});
       row; row.next()) {
    names.push_back(row.text(0));
  }
  return names;
}

std::size_t ConnectionSecrets::reseal(Transaction& transaction, const KeyRing& keys) {
  struct Stored {
    OrganizationKey organization;
    std::string connection;
    std::string name;
    std::string sealed;
  };
  std::vector<Stored> older;
  for (sql::Rows row = transaction.session().query(select_all, {}); row; row.next()) {
    if (keys.is_current(row.bytes(3))) continue;
    older.push_back({OrganizationKey(row.integer(0)), row.text(1), row.text(2), row.text(3)});
  }
  std::size_t resealed = 0;
  for (const Stored& stored : older) {
    const std::string purpose = purpose_of(stored.organization, stored.connection, stored.name);
    const auto secret = keys.open(stored.sealed, purpose);
    // Its key may come back.
    if (!secret) continue;
    transaction.session().execute(upsert_secret,
                                  {stored.organization, stored.connection, stored.name,
                                   keys.seal(secret->reveal(), purpose)});
    ++resealed;
  }
  return resealed;
}

}  // namespace rollcall

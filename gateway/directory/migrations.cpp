#include "gateway/directory/migrations.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/directory/schema.h"
#include "gateway/directory/schema_3.h"

#include <array>
#include <stdexcept>
#include <string>

namespace rollcall::sqlite {
namespace {

/// Forward only: migration n takes the schema from version n - 1 to n. Never change one that
/// shipped.
constexpr std::array migrations = {schema_1, schema_2, schema_3};

constexpr sql::Sql count_tables{"SELECT count(*) FROM sqlite_schema"};
constexpr sql::Sql find_settings{"SELECT 1 FROM sqlite_schema WHERE name = 'settings'"};
constexpr sql::Sql read_setting{"SELECT value FROM settings WHERE name = $1"};
constexpr sql::Sql write_setting{
    "INSERT INTO settings (name, value) VALUES ($1, $2) "
    "ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

constexpr std::string_view version_name = "schema";
constexpr std::string_view audit_check_name = "audit_key_check";

std::size_t schema_version(Session& session) {
  if (session.query(count_tables, {}).integer(0) == 0) return 0;
  if (session.query(find_settings, {})) {
    if (const sql::Rows row = session.query(read_setting, {version_name})) {
      return std::stoul(row.text(0));
    }
  }
  throw std::runtime_error("The store is a database of another program.");
}

}  // namespace

void migrate(Session& session) {
  session.begin_write();
  const std::size_t present = schema_version(session);
  if (present > migrations.size()) {
    throw std::runtime_error("The store has schema version " + std::to_string(present) +
                             ", this Rollcall knows versions up to " +
                             std::to_string(migrations.size()) + ": use the newer Rollcall.");
  }
  for (std::size_t next = present; next < migrations.size(); ++next) {
    session.script(migrations[next]);
  }
  if (present != migrations.size()) {
    session.execute(write_setting, {version_name, std::to_string(migrations.size())});
  }
  session.commit();
}

void check_audit_key(Session& session, const Secret& key) {
  const std::string check = hex_encode(as_bytes(HmacSha256(key)({"rollcall audit key"})));
  std::optional<std::string> stored;
  if (const sql::Rows row = session.query(read_setting, {audit_check_name})) stored = row.text(0);
  if (!stored) {
    session.begin_write();
    session.execute(write_setting, {audit_check_name, check});
    session.commit();
  } else if (!equal_in_constant_time(*stored, check)) {
    throw std::runtime_error("The audit key is not the one this store was made with.");
  }
}

}  // namespace rollcall::sqlite

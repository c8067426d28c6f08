#include "gateway/directory/tombstones.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr sql::Sql upsert_tombstone{
    "INSERT INTO tombstones (organization, email_key, user_id, profile, removed) "
    "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (organization, email_key) DO UPDATE SET "
    "user_id = excluded.user_id, profile = excluded.profile, removed = excluded.removed"};
constexpr sql::Sql select_tombstone{
    "SELECT profile FROM tombstones WHERE organization = $1 AND email_key = $2"};

constexpr std::string_view display_name = "displayName";
constexpr std::string_view full_name = "name";

json::Object members_of(std::string_view object) {
  auto value = json::parse(object);
  if (!value || !value->object()) return {};
  return std::move(*value->object());
}

void append_member(std::string& document, std::string_view member, const json::Value& value) {
  if (!document.empty()) document += ',';
  json::append_string(document, member);
  document += ':';
  json::append(document, value);
}

}  // namespace

void Tombstones::put(const User& user) {
  const UserProfile& profile = user.profile;
  const auto address = primary_address(profile);
  if (!address) return;
  json::Object kept{{"userName", profile.user_name},
                    {std::string(display_name), profile.display_name},
                    {"emails", json::Array(profile.emails.begin(), profile.emails.end())}};
  const json::Object document = members_of('{' + profile.document + '}');
  if (const json::Value* full = document.find(full_name))
    kept.append(std::string(full_name), *full);
  transaction_.session().execute(upsert_tombstone,
                                 {organization_, fold(*address), user.id,
                                  json::write(json::Value(std::move(kept))), transaction_.now()});
}

void Tombstones::restore_names(UserProfile& profile) {
  const auto address = primary_address(profile);
  // Without names the userName is what people read.
  if (!address || profile.display_name != profile.user_name) return;
  const sql::Rows row =
      transaction_.session().query(select_tombstone, {organization_, fold(*address)});
  if (!row) return;
  const json::Object kept = members_of(row.bytes(0));
  const json::Value* shown = kept.find(display_name);
  const json::Value* login = kept.find("userName");
  if (!shown || !shown->string() || !login || *shown == *login) return;
  const json::Object document = members_of('{' + profile.document + '}');
  if (document.find(display_name) || document.find(full_name)) return;
  profile.display_name = *shown->string();
  append_member(profile.document, display_name, *shown);
  if (const json::Value* full = kept.find(full_name))
    append_member(profile.document, full_name, *full);
}

}  // namespace rollcall

#include "gateway/sign_in/test_sign_in.h"

#include "gateway/crypto/random.h"
#include "gateway/sign_in/secret_place.h"

namespace rollcall::sign_in {
namespace {

constexpr std::chrono::hours link_lifetime{1};
constexpr std::size_t secret_bytes = 32;

const json::Object& object_at(const json::Object& draft, std::string_view name) {
  static const json::Object none;
  const json::Value* value = draft.find(name);
  return value && value->object() ? *value->object() : none;
}

/// Secrets of the store that the settings of `row` would send elsewhere than those that are saved:
/// by name, each in its place none.
std::map<std::string, std::string> without_misplaced(Transaction& transaction, const KeyRing& keys,
                                                     const Organization& organization,
                                                     const Connection& row) {
  const auto saved = transaction.organizations().connection(organization.key, row.id);
  const auto before = saved ? read_connection(organization, *saved, {})
                            : SignInConnection{.organization = organization, .id = row.id};
  const auto now = read_connection(organization, row, {});
  std::map<std::string, std::string> none;
  for (std::string& name : transaction.connection_secrets(organization.key).names(row.id)) {
    if (!keeps_secret(before, now, name)) {
      none.emplace(std::move(name), keys.seal("", draft_purpose));
    }
  }
  return none;
}

}  // namespace

Result<PreparedTest> prepare_test(Transaction& transaction, const KeyRing& keys,
                                  const Organization& organization, std::string_view connection,
                                  const json::Object& settings, const Secrets& secrets) {
  json::Object sealed;
  for (const auto& [name, secret] : secrets) {
    sealed.set(name, keys.seal(secret.reveal(), draft_purpose));
  }
  json::Object draft{{"settings", settings}, {"secrets", std::move(sealed)}};
  const auto drafted = draft_connection(transaction, keys, organization, connection, draft);
  if (drafted.state == ConnectionState::incomplete) {
    return Error(Fault::conflict, drafted.problem).with_code("connection_incomplete");
  }
  PreparedTest test{Secret(random_text(secret_bytes)), transaction.now() + link_lifetime};
  transaction.sign_in_attempts().add({.state = sha256(test.secret.reveal()),
                                      .browser = std::nullopt,
                                      .organization = organization.key,
                                      .connection = std::string(connection),
                                      .trace = {},
                                      .created = transaction.now(),
                                      .expires = test.expires,
                                      .data = {{"draft", std::move(draft)}}});
  return test;
}

Result<OpenedTest> open_test(Transaction& transaction, std::string_view secret) {
  const auto attempt = transaction.sign_in_attempts().find(sha256(secret));
  if (!attempt || attempt->browser) {
    return Error(Fault::not_found, "This link to a test sign-in is over.");
  }
  TRY(Organization organization, transaction.organizations().get(attempt->organization));
  return OpenedTest{std::move(organization), attempt->connection,
                    object_at(attempt->data, "draft")};
}

SignInConnection draft_connection(Transaction& transaction, const KeyRing& keys,
                                  const Organization& organization, std::string_view id,
                                  const json::Object& draft) {
  json::Object settings = object_at(draft, "settings");
  settings.erase("enabled");
  const Connection row{.organization = organization.key,
                       .id = std::string(id),
                       .settings = json::write(json::Value(std::move(settings)))};
  auto drafted = without_misplaced(transaction, keys, organization, row);
  for (const json::Member& member : object_at(draft, "secrets")) {
    if (member.value.string()) drafted[member.name] = *member.value.string();
  }
  Secrets secrets = stored_secrets(transaction, keys, organization.key, id);
  for (const auto& [name, sealed] : drafted) {
    auto secret = keys.open(sealed, draft_purpose);
    if (!secret || secret->empty()) {
      secrets.erase(name);
    } else {
      secrets[name] = *std::move(secret);
    }
  }
  SignInConnection connection = read_connection(organization, row, secrets);
  if (connection.state == ConnectionState::untested) connection.state = ConnectionState::ready;
  connection.draft_secrets = std::move(drafted);
  return connection;
}

}  // namespace rollcall::sign_in

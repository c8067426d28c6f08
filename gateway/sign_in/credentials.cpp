#include "gateway/directory/transaction.h"
#include "gateway/sign_in/connection.h"
#include "oidc/jwk.h"

namespace rollcall::sign_in {
namespace {

/// Entra and ADFS take assertions of RSA keys alone; elsewhere the shorter signature will do.
KeyKind signing_kind(Vendor vendor) {
  return vendor == Vendor::entra || vendor == Vendor::adfs ? KeyKind::rsa : KeyKind::p256;
}

/// What signs and decrypts for one connection, as it is kept.
class OwnKeyring {
 public:
  OwnKeyring(Transaction& transaction, const KeyRing& keys, const SignInConnection& connection)
      : secrets_(transaction.connection_secrets(connection.organization.key)),
        keys_(keys),
        connection_(connection) {}

  Result<PrivateKey> get(std::string_view name, const std::optional<PrivateKey>& fresh) {
    if (const auto pem = secrets_.get(keys_, connection_.id, name)) {
      return PrivateKey::from_pem(*pem);
    }
    if (!fresh) return Error(Fault::not_found, "The connection has no key of ours yet.");
    secrets_.set(keys_, connection_.id, name, fresh->pem());
    return *fresh;
  }

 private:
  ConnectionSecrets secrets_;
  const KeyRing& keys_;
  const SignInConnection& connection_;
};

bool signs(const SignInConnection& connection) {
  return connection.oidc.auth == oidc::ClientAuth::private_key_jwt;
}

std::optional<Secret> open_secret(Transaction& transaction, const KeyRing& keys,
                                  const SignInConnection& connection, const std::string& name) {
  const auto drafted = connection.draft_secrets.find(name);
  if (drafted != connection.draft_secrets.end()) return keys.open(drafted->second, draft_purpose);
  return transaction.connection_secrets(connection.organization.key).get(keys, connection.id, name);
}

}  // namespace

OwnKeys make_own_keys(const SignInConnection& connection) {
  OwnKeys made;
  if (signs(connection)) made.signing = PrivateKey::generate(signing_kind(connection.vendor));
  if (connection.oidc.encrypted_id_token) made.encryption = PrivateKey::generate(KeyKind::rsa);
  return made;
}

Result<oidc::ClientCredentials> open_credentials(Transaction& transaction, const KeyRing& keys,
                                                 const SignInConnection& connection,
                                                 const OwnKeys* fresh) {
  static const OwnKeys none;
  const OwnKeys& given = fresh ? *fresh : none;
  oidc::ClientCredentials credentials;
  // A public client has none to show, whatever an earlier setting left.
  auto secret = connection.oidc.auth == oidc::ClientAuth::none
                    ? std::nullopt
                    : open_secret(transaction, keys, connection, "client_secret");
  if (secret) credentials.secret = *std::move(secret);
  OwnKeyring own(transaction, keys, connection);
  if (signs(connection)) {
    const bool rsa = signing_kind(connection.vendor) == KeyKind::rsa;
    TRY(PrivateKey key, own.get(rsa ? rsa_signing_key : ec_signing_key, given.signing));
    std::string id = oidc::thumbprint(key.public_key());
    credentials.signing_key = oidc::SigningKey{
        std::move(key),
        rsa ? SignatureScheme::rsa_pkcs1_sha256 : SignatureScheme::ecdsa_p256_sha256,
        std::move(id)};
  }
  if (connection.oidc.encrypted_id_token) {
    // Of the key managements that IdPs encrypt with, RSA-OAEP is the one that all have.
    TRY(PrivateKey key, own.get(encryption_key, given.encryption));
    std::string id = oidc::thumbprint(key.public_key());
    credentials.decryption_keys.push_back({std::move(key), std::move(id)});
  }
  return credentials;
}

Awaitable<Result<oidc::ClientCredentials>> load_credentials(Services services, Actor actor,
                                                            SignInConnection connection) {
  const auto read = [&](Transaction& transaction) {
    return open_credentials(transaction, services.keys, connection);
  };
  auto kept = co_await services.directory.read(read);
  if (kept || kept.error().fault() != Fault::not_found) co_return kept;
  // On the pool for what takes long: neither an I/O thread nor the writer waits for it.
  const auto make = [&](Transaction&) -> Result<OwnKeys> { return make_own_keys(connection); };
  auto fresh = co_await services.directory.scan(make);
  if (!fresh) co_return std::move(fresh).error();
  const auto keep = [&](Transaction& transaction) {
    return open_credentials(transaction, services.keys, connection, &*fresh);
  };
  auto opened = co_await services.directory.write(std::move(actor), keep);
  co_return opened;
}

}  // namespace rollcall::sign_in

#pragma once

#include "gateway/base/id.h"
#include "gateway/base/secret.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class KeyRing;
class Transaction;

/// What a sign-in connection needs that nobody may read: "client_secret", "directory_token",
/// "service_account", and keys of our own, "signing_key", "rsa_signing_key",
/// "encryption_key" (PEM). Sealed with the
/// key ring at rest; they end with their connection. Audited without their text
/// ("connection.secret.set", "connection.secret.removed").
class ConnectionSecrets {
 public:
  ConnectionSecrets(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Nothing if there is none, or no key of the ring opens it.
  std::optional<Secret> get(const KeyRing& keys, std::string_view connection,
                            std::string_view name);
  /// Writes, and audits, only if it differs. True if it did.
  bool set(const KeyRing& keys, std::string_view connection, std::string_view name,
           const Secret& secret);
  void remove(std::string_view connection, std::string_view name);
  std::vector<std::string> names(std::string_view connection);

  /// Seals anew, under the newest key, what lies under an older one, in all organizations; how
  /// many. Not audited.
  static std::size_t reseal(Transaction& transaction, const KeyRing& keys);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall

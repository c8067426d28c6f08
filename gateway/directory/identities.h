#pragma once

#include "gateway/base/id.h"
#include "gateway/base/identity.h"
#include "gateway/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;
struct User;

/// That a user is known to an IdP as somebody, with what it last said of them.
struct LinkedIdentity {
  std::string connection;
  std::string issuer;
  std::string subject;
  std::string alternate_subject;
  std::int64_t user_position = 0;
  Timestamp created;
  Timestamp last_sign_in;
  /// The groups of the last sign-in whose groups were not unknown, and when that was.
  ClaimedGroups groups;
  std::optional<Timestamp> groups_at;
};

/// The identities of one organization's users within one transaction; rows end with their user or
/// their connection. Audited ("identity.linked", "identity.unlinked").
class Identities {
 public:
  Identities(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  std::optional<LinkedIdentity> find(std::string_view connection, std::string_view issuer,
                                     std::string_view subject);
  /// At most 100.
  std::vector<LinkedIdentity> list_of_user(std::int64_t user_position);
  /// Binds it to the user; conflict with code "subject_conflict" if the user is known to this
  /// issuer on this connection as another subject, or the identity is another user's.
  Result<> link(const User& user, const Identity& identity);
  /// Keeps what this sign-in or renewal said: the time, the alternate subject, and the groups
  /// unless they are unknown.
  void note_sign_in(const Identity& identity);
  /// not_found if the user has no identity of this connection.
  Result<> unlink(const User& user, std::string_view connection);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall

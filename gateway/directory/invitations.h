#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/catalogue/license.h"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;
struct User;

/// What a confirmation link settles. Stored as a number.
enum class ConfirmationKind { invitation, new_user, email_change };
/// "invitation", "new_user", "email_change".
std::string_view name(ConfirmationKind kind);

/// One link that waits for its click. The store keeps the SHA-256 of the secret in it.
struct Confirmation {
  ConfirmationKind kind;
  UserId user;
  std::string email;
  std::string by;
  Timestamp created;
  Timestamp expires;
  /// Row number: the position for the next page.
  std::int64_t position = 0;
};

/// Invitations and e-mail confirmations of one organization within one transaction. Links are good
/// for 7 days, once; a new one for the same user and kind replaces the old. Audited
/// ("user.invite.added", "user.invite.redeemed" …, F61).
class Invitations {
 public:
  Invitations(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Adds a user in state invited for each address, with one licence, in the groups given, and a
  /// mail for each: all or none (F48). As Users::add() refuses; invalid_value for what is no e-mail
  /// address or an empty list, not_found for a group, seat_limit if the seats do not reach for all.
  Result<std::vector<User>> invite(std::span<const std::string> emails,
                                   std::optional<License> license, std::span<const GroupId> groups);
  /// A fresh link and mail; not_found if the user is not invited.
  Result<> resend(const User& user);
  /// Takes the invited user back: as removing it; not_found if the user is not invited.
  Result<> revoke(const User& user);
  /// All that wait, expired ones too, behind `after` (a position), at most `limit`.
  std::vector<Confirmation> list(std::int64_t after, std::size_t limit);

  /// Makes a link's secret for the user and queues its mail.
  void ask(const User& user, ConfirmationKind kind, std::string_view email);
  /// A link of this kind to this very address is out and still good.
  bool asked(const User& user, ConfirmationKind kind, std::string_view email);

  /// Whose link it is, as /confirm?token= does not say: for the call of the next two. Nothing once
  /// used, expired or unknown.
  static std::optional<OrganizationKey> find(Transaction& transaction, std::string_view secret);
  /// What the link would settle, without settling it; not_found once used, expired or unknown.
  Result<Confirmation> peek(std::string_view secret);
  /// Settles it, once: an invited user becomes active; a changed address becomes the user's. As
  /// Users::set_address() refuses; not_found as peek(), for a user who was deactivated since, and
  /// for an invitation to an address that is not the user's any more.
  Result<User> redeem(std::string_view secret);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall

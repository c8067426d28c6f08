#pragma once

#include "gateway/directory/user.h"

#include <string_view>

namespace rollcall {

class Transaction;

/// What is kept of users who were removed, by primary address, so that whoever comes back has the
/// profile but none of the rights (F48).
class Tombstones {
 public:
  Tombstones(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Replaces what an earlier user of the address left; nothing for a user without an address.
  void put(const User& user);
  /// Gives a profile that states no names those of the tombstone of its address.
  void restore_names(UserProfile& profile);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall

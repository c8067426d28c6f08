#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace rollcall {

class Transaction;

/// Where an organization's audit log tells of a person.
struct PersonTraces {
  /// Lower-case addresses that were only this person's.
  std::vector<std::string> addresses;
  /// Events about the user, or that name an address.
  std::vector<std::int64_t> events;
  /// The last event that was looked at.
  std::int64_t looked_at = 0;
};

/// Reads the whole log: for Directory::scan(), so that erase_person() holds up the writer only for
/// what came since.
PersonTraces find_traces(Transaction& transaction, OrganizationKey organization,
                         const UserId& user);

struct Erasure {
  std::int64_t events = 0;
  std::int64_t mails = 0;
  std::int64_t traces = 0;
};

/// Erases what is still kept of a user who was removed: tombstone, mails, what
/// sign-in traces tell, and the detail of audit events about the user or naming one of the
/// addresses, unless a user of today has that address. The events themselves stay, with the user's
/// id, and the chain still holds. Audited as "user.erased". conflict (code "user_exists") if the
/// user was not removed; not_found if nothing is kept.
Result<Erasure> erase_person(Transaction& transaction, OrganizationKey organization,
                             const UserId& user, PersonTraces traces = {});

}  // namespace rollcall

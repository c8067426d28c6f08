#pragma once

#include "gateway/admin/fields.h"
#include "gateway/admin/organization_file.h"
#include "gateway/admin/plan.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/transaction.h"

namespace rollcall::admin {

/// Brings the organization to what the file states, within this transaction, and says what it did.
/// A section that the file does not have is left alone; in one that it has, what it does not name
/// is removed, but for users that no file declared and what SCIM manages. An item that cannot be
/// had goes to `problems` with its line, and the caller rolls back. A dry run is the same, rolled
/// back. Secrets of connections are sealed with `keys`.
Plan apply(Transaction& transaction, const KeyRing& keys, const OrganizationFile& file,
           Problems& problems);

/// The organization as a file that apply() would find nothing to do with. Users and groups that
/// SCIM manages are not in it.
OrganizationFile describe(Transaction& transaction, const Organization& organization);

}  // namespace rollcall::admin

#pragma once

#include "gateway/admin/organization_file.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/transaction.h"

#include <string>
#include <vector>

namespace rollcall::admin {

/// Who states a connection: the operator's word makes its domains verified, an organization's admin
/// has to show that they are theirs (domains_api.cpp).
enum class StatedBy { operator_, admin };

/// Stores the connection, its secrets sealed, and the domains that it names. A secret that is not
/// stated stays, unless the settings would send it elsewhere than before (secret_place.h): it ends.
/// Gives the names of the secrets that changed.
Result<std::vector<std::string>> put_sign_in_connection(Transaction& transaction,
                                                        const KeyRing& keys,
                                                        OrganizationKey organization,
                                                        const DeclaredConnection& wanted,
                                                        StatedBy stated_by);

}  // namespace rollcall::admin

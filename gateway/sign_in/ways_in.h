#pragma once

#include "gateway/sign_in/connection.h"

#include <string_view>
#include <vector>

namespace rollcall::sign_in {

// Home-realm discovery: through which connections somebody can sign in. Only those that are ready.

/// Those of an organization; not_found.
Result<std::vector<SignInConnection>> ways_into(Transaction& transaction, const KeyRing& keys,
                                                std::string_view organization);
/// By the verified domain of an e-mail address: the connections of its owner that name the domain,
/// else those that name no domain at all. None for an address that is none, or an unknown domain.
std::vector<SignInConnection> ways_for(Transaction& transaction, const KeyRing& keys,
                                       std::string_view address);

}  // namespace rollcall::sign_in

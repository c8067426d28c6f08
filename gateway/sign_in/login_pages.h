#pragma once

#include "gateway/directory/transaction.h"
#include "gateway/http/message.h"
#include "gateway/sign_in/frame.h"

#include <string>
#include <vector>

namespace rollcall::sign_in {

/// Whom a session belongs to, in words for that person.
struct Who {
  std::string name;
  std::string organization;
};
Result<Who> who_is(Transaction& transaction, const Session& session);

/// Lets the person choose among `ways` of one organization, at least two.
http::Response choose_page(const std::vector<SignInConnection>& ways, const std::string& return_to,
                           const std::string& email);
/// Asks somebody whether to sign in to another organization than that of the session.
http::Response other_organization_page(const SignInRequest& wanted, const Who& who);

}  // namespace rollcall::sign_in

#pragma once

#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/directory/user.h"

#include <string>

namespace rollcall {

// The SCIM document of people who did not come by SCIM.

/// What is known of somebody's names; the empty ones are not.
struct PersonNames {
  std::string given = {};
  std::string family = {};
  std::string display = {};
};

/// Somebody who is known by an e-mail address, which becomes the userName too.
UserProfile profile_of_person(const std::string& email, const PersonNames& names = {});
/// `profile` with the names that are known, in the document too. The same if it has them already.
Result<UserProfile> with_names(UserProfile profile, const PersonNames& names);

/// The best name that a document has for people to read: displayName, name.formatted, its parts,
/// else the userName.
std::string best_name(const json::Object& document, const std::string& user_name);

}  // namespace rollcall

#pragma once

#include "gateway/base/identity.h"
#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/base/vendor.h"
#include "oidc/client.h"
#include "oidc/id_token.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::oidc {

/// Where a connection finds what in the claims. A name is a member of the claims, or with a leading
/// '/' a JSON Pointer (RFC 6901) into them, so that "https://app.example/groups" and
/// "/realm_access/roles" can both be said.
struct ClaimRules {
  Vendor vendor = Vendor::generic;
  std::string email = "email";
  std::string given_name = "given_name";
  std::string family_name = "family_name";
  std::string display_name = "name";
  std::string groups = "groups";
  /// Splits a group claim that is one text; empty: never.
  std::string groups_separator = {};
};

/// The vendor's defaults; `attribute_map` (email, given, family, name, groups), `groups_claim`
/// and `separator` over them, unless empty. Google: no claim holds groups.
ClaimRules claim_rules(Vendor vendor, const std::map<std::string, std::string>& attribute_map,
                       std::string_view groups_claim, std::string_view separator);
/// What to ask for beside openid when the connection names no scopes.
std::vector<std::string> default_scopes(Vendor vendor);

/// The value that a name of ClaimRules finds, or null.
const json::Value* find_claim(const json::Object& claims, std::string_view name);

/// Texts of a claim (spec/oidc 2): a string is one (or split), an array of strings, or of objects
/// with name, display, value or id; what is no text is passed over. Unknown: more than 10,000, one
/// of over 256 bytes, a list without any text, anything else. Null: absent.
ClaimedGroups groups_of(const json::Value* claim, std::string_view separator);

/// The person. Userinfo, when there is one, fills what the ID token does not say; an address and
/// its email_verified come from the same document (1.6); only JSON true verifies (Entra: also
/// `xms_edov`). Entra: (tid, oid) is the subject, `sub` the alternate one; missing ones are
/// sub_invalid. Google: `hd`, when domains are given, is the caller's check on IdToken::claims.
/// Groups: overage (`_claim_names`, `hasgroups`) and Okta's silent 100 are unknown, with why.
/// Identity::claims is what shown_claims() makes of both documents.
Result<Identity> to_identity(const IdToken& token, const std::optional<json::Object>& userinfo,
                             const ClaimRules& rules);

/// `claims` as a trace may show them: without hashes, nonces and members that are named as tokens;
/// a text that holds a token or is over 2 KB, and what makes it over 32 KB, is "(N bytes)".
json::Object shown_claims(const json::Object& claims);

}  // namespace rollcall::oidc

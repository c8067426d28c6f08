#include "oidc/claims.h"

#include "oidc/compact.h"
#include "oidc/entra_issuer.h"
#include "oidc/refusal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace rollcall::oidc {
namespace {

constexpr std::size_t max_address_size = 320;  // RFC 3696 erratum 1690: 64 @ 255
constexpr std::size_t max_name_size = 256;
/// Okta's tokens hold so many groups and do not say when there are more.
constexpr std::size_t okta_limit = 100;

/// RFC 6901 §4, in this order, or "~01" would end as '/'.
std::string unescaped(std::string_view token) {
  std::string text(token);
  for (const auto& [escape, character] : std::array{std::pair{"~1", '/'}, std::pair{"~0", '~'}}) {
    for (auto at = text.find(escape); at != std::string::npos; at = text.find(escape, at + 1)) {
      text.replace(at, 2, 1, character);
    }
  }
  return text;
}

/// RFC 6901 §4: an index without leading zeros.
const json::Value* element_of(const json::Array& array, std::string_view token) {
  std::size_t index = 0;
  const char* end = token.data() + token.size();
  const auto [stop, status] = std::from_chars(token.data(), end, index);
  const bool whole = status == std::errc() && stop == end && (token == "0" || token[0] != '0');
  return whole && index < array.size() ? &array[index] : nullptr;
}

const json::Value* child_of(const json::Value& value, std::string_view token) {
  if (const json::Array* array = value.array()) return element_of(*array, token);
  return value.object() == nullptr ? nullptr : value.object()->find(token);
}

/// `pointer` starts with '/'.
const json::Value* follow(const json::Object& claims, std::string_view pointer) {
  const json::Value* at = nullptr;
  do {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string token = unescaped(pointer.substr(0, end));
    at = at == nullptr ? claims.find(token) : child_of(*at, token);
    pointer.remove_prefix(end);
  } while (at != nullptr && !pointer.empty());
  return at;
}

/// find_claim(), but an IdP that says null says nothing.
const json::Value* said(const json::Object& claims, std::string_view name) {
  const json::Value* value = find_claim(claims, name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

/// The documents that tell of one person, the ID token before userinfo.
using Documents = std::vector<const json::Object*>;

/// The first text of this name that is neither empty nor over-long.
std::string name_of(const Documents& documents, std::string_view name) {
  for (const json::Object* document : documents) {
    const json::Value* value = said(*document, name);
    const std::string* text = value == nullptr ? nullptr : value->string();
    if (text != nullptr && !text->empty() && text->size() <= max_name_size) return *text;
  }
  return {};
}

/// One '@' between two parts, without what quotes, comments or lists are made of (spec/oidc 1.6:
/// a@evil@corp).
bool is_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (text.size() > max_address_size || at == 0 || at >= text.size() - 1) return false;
  return at == text.rfind('@') && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) <= ' ' || c == 0x7f ||
                  std::string_view("\"(),:;<>[\\]").find(c) != std::string_view::npos;
         });
}

/// Only of `email` itself, whatever other claim the address was taken from, and only by JSON true.
bool is_verified(const json::Object& document, const std::string& address, Vendor vendor) {
  const json::Value* standard = document.find("email");
  if (standard == nullptr || *standard != json::Value(address)) return false;
  const auto says = [&](std::string_view name) {
    const json::Value* value = document.find(name);
    return value != nullptr && *value == json::Value(true);
  };
  return says("email_verified") || (vendor == Vendor::entra && says("xms_edov"));
}

void take_address(Identity& identity, const Documents& documents, const ClaimRules& rules) {
  for (const json::Object* document : documents) {
    const json::Value* value = said(*document, rules.email);
    const std::string* text = value == nullptr ? nullptr : value->string();
    if (text == nullptr || !is_address(*text)) continue;
    identity.email = *text;
    identity.email_verified = is_verified(*document, *text, rules.vendor);
    return;
  }
}

/// spec/oidc 1.6: `sub` is another one for each client, `oid` the person. The issuer holds the
/// tenant.
Result<> take_entra_subject(Identity& identity, const json::Object& claims) {
  const auto is_id = [](const std::string* text) { return text != nullptr && is_guid(*text); };
  const std::string* object = text_of(claims, "oid");
  if (!is_id(object) || !is_id(text_of(claims, "tid"))) {
    return refuse("sub_invalid", "the token's tid or oid is missing or no GUID");
  }
  identity.alternate_subject = std::exchange(identity.subject, *object);
  return {};
}

/// Groups there are, but the document says them elsewhere: distributed claims (Core §5.6.2), as
/// Entra's overage, or Entra's shorter mark.
bool leaves_out(const json::Object& document, std::string_view claim) {
  if (claim.starts_with('/')) claim.remove_prefix(1);
  const json::Value* names = document.find("_claim_names");
  if (names != nullptr && (names->object() == nullptr || names->object()->find(claim) != nullptr)) {
    return true;
  }
  const json::Value* more = document.find("hasgroups");
  return claim == "groups" && more != nullptr && *more != json::Value(false);
}

ClaimedGroups unknown(std::string problem) {
  return {.state = ClaimedGroups::State::unknown, .problem = std::move(problem)};
}

ClaimedGroups read_groups(const Documents& documents, const ClaimRules& rules) {
  for (const json::Object* document : documents) {
    const json::Value* claim = said(*document, rules.groups);
    if (claim == nullptr) continue;
    if (rules.vendor == Vendor::okta && claim->array() != nullptr &&
        claim->array()->size() == okta_limit) {
      return unknown("The token holds exactly 100 groups, where Okta cuts the list off.");
    }
    return groups_of(claim, rules.groups_separator);
  }
  const bool elsewhere = std::any_of(
      documents.begin(), documents.end(),
      [&](const json::Object* document) { return leaves_out(*document, rules.groups); });
  if (elsewhere) return unknown("The person has more groups than the token can hold (overage).");
  return {};
}

/// Everything that was released, the ID token's word first.
json::Object merged(const Documents& documents) {
  json::Object all = *documents.front();
  for (const json::Object* document : documents) {
    for (const json::Member& member : document->members()) {
      if (all.find(member.name) == nullptr) all.append(member.name, member.value);
    }
  }
  return all;
}

}  // namespace

ClaimRules claim_rules(Vendor vendor, const std::map<std::string, std::string>& attribute_map,
                       std::string_view groups_claim, std::string_view separator) {
  ClaimRules rules{.vendor = vendor};
  if (vendor == Vendor::google) rules.groups = "";  // it has no such claim
  if (vendor == Vendor::adfs) rules.groups = "group";
  if (vendor == Vendor::onelogin) rules.groups_separator = ";";
  const auto take = [&](const char* key, std::string& name) {
    const auto at = attribute_map.find(key);
    if (at != attribute_map.end() && !at->second.empty()) name = at->second;
  };
  take("email", rules.email);
  take("given", rules.given_name);
  take("family", rules.family_name);
  take("name", rules.display_name);
  take("groups", rules.groups);
  if (!groups_claim.empty()) rules.groups = groups_claim;
  if (!separator.empty()) rules.groups_separator = separator;
  return rules;
}

std::vector<std::string> default_scopes(Vendor vendor) {
  std::vector<std::string> scopes{"profile", "email"};
  if (vendor == Vendor::okta || vendor == Vendor::onelogin) scopes.emplace_back("groups");
  if (vendor == Vendor::adfs) scopes.emplace_back("allatclaims");
  return scopes;
}

const json::Value* find_claim(const json::Object& claims, std::string_view name) {
  if (name.empty()) return nullptr;
  return name.front() == '/' ? follow(claims, name) : claims.find(name);
}

Result<Identity> to_identity(const IdToken& token, const std::optional<json::Object>& userinfo,
                             const ClaimRules& rules) {
  Documents documents{&token.claims};
  if (userinfo) documents.push_back(&*userinfo);
  Identity identity{.issuer = token.issuer,
                    .subject = token.subject,
                    .idp_session = token.session,
                    .authenticated = token.authenticated};
  if (rules.vendor == Vendor::entra) CHECK_OK(take_entra_subject(identity, token.claims));
  take_address(identity, documents, rules);
  identity.given_name = name_of(documents, rules.given_name);
  identity.family_name = name_of(documents, rules.family_name);
  identity.display_name = name_of(documents, rules.display_name);
  identity.groups = read_groups(documents, rules);
  identity.claims = shown_claims(merged(documents));
  return identity;
}

}  // namespace rollcall::oidc

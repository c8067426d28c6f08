#pragma once

#include "gateway/base/json.h"
#include "scim/quirks.h"
#include "scim/resource.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace rollcall::scim {

constexpr std::string_view base_url = "https://scim.example.com/scim/v2";
constexpr std::string_view user_id = "01909a2c-0000-7000-8000-00000000000a";
constexpr std::string_view member_a = "01909a2c-0000-7000-8000-0000000000a1";
constexpr std::string_view member_b = "01909a2c-0000-7000-8000-0000000000b2";

inline Quirks lenient() { return quirks_of(ScimMode::lenient); }
inline Quirks strict() { return quirks_of(ScimMode::strict); }
inline Quirks interop() { return quirks_of(ScimMode::interop); }

inline json::Value value(std::string_view text) {
  auto parsed = json::parse(text);
  if (!parsed) throw std::invalid_argument(parsed.error().detail() + " in " + std::string(text));
  return *std::move(parsed);
}
inline json::Object object(std::string_view text) { return *value(text).object(); }

/// Barbara Jensen of RFC 7643 §8, canonical.
inline json::Object barbara() {
  return object(R"({
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
    "id": "01909a2c-0000-7000-8000-00000000000a",
    "externalId": "701984",
    "userName": "Bjensen@example.com",
    "name": {"formatted": "Ms. Barbara J Jensen, III", "familyName": "Jensen", "givenName": "Barbara"},
    "displayName": "Babs Jensen",
    "title": "Tour Guide",
    "active": true,
    "emails": [{"value": "bjensen@example.com", "type": "work", "primary": true},
               {"value": "babs@jensen.org", "type": "home"}],
    "addresses": [{"type": "work", "locality": "Hollywood", "country": "US"},
                  {"type": "home", "locality": "Los Angeles"}],
    "groups": [{"value": "e9e30dba-f08f-4109-8486-d5c6a331660a", "display": "Tour Guides"}],
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
      "employeeNumber": "701984", "department": "Tour Operations",
      "manager": {"value": "26118915-6090-4610-87e4-49d8ca9f808d",
                  "$ref": "../Users/26118915-6090-4610-87e4-49d8ca9f808d"}},
    "meta": {"resourceType": "User", "created": "2010-01-23T04:56:22Z",
             "lastModified": "2011-05-13T04:42:34Z", "version": "W/\"3\"",
             "location": "https://scim.example.com/scim/v2/Users/01909a2c-0000-7000-8000-00000000000a"}
  })");
}

}  // namespace rollcall::scim

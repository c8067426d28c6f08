#include "gateway/crypto/base64.h"
#include "oidc/jwe.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

#include <functional>

namespace rollcall::oidc {
namespace {

using test::code_of;

const std::string& text(const json::Object& row, std::string_view name) {
  return *row.find(name)->string();
}

/// The public half of a vector's key.
json::Object without_private_half(json::Object jwk) {
  for (const char* member : {"d", "p", "q", "dp", "dq", "qi"}) jwk.erase(member);
  return jwk;
}

/// Each test runs over the rows of one table of the file.
void for_each_row(std::string_view table, const std::function<void(const json::Object&)>& check) {
  const json::Value file = test::data_file("jose/rfc.json");
  const json::Array& rows = *file.object()->find(table)->array();
  ASSERT_FALSE(rows.empty());
  for (const json::Value& row : rows) {
    SCOPED_TRACE(text(*row.object(), "name"));
    check(*row.object());
  }
}

// RFC 7517 A and B, RFC 7520 §3.
TEST(RfcVectors, PublicKeysAreReadPrivateAndSymmetricOnesAreNot) {
  for_each_row("keys", [](const json::Object& row) {
    const json::Object& jwk = *row.find("key")->object();
    const bool symmetric = text(jwk, "kty") == "oct";
    const bool is_private = jwk.find("d") != nullptr;
    EXPECT_EQ(static_cast<bool>(parse_public_jwk(jwk)), !symmetric && !is_private);
    const auto own = parse_private_jwk(Secret(json::write(jwk)));
    EXPECT_EQ(static_cast<bool>(own), is_private);
    if (symmetric) return;
    const auto open = parse_public_jwk(without_private_half(jwk));
    ASSERT_TRUE(open) << open.error().detail();
    for (const json::Member& member : to_jwk(*open)) {
      EXPECT_EQ(member.value, *jwk.find(member.name)) << member.name;
    }
    if (own) EXPECT_EQ(to_jwk(own->public_key()), to_jwk(*open));
  });
}

// RFC 7515 A, RFC 7520 §4 and §6, RFC 8037 A.4.
TEST(RfcVectors, SignaturesVerifyAndWhatWeForbidIsRefused) {
  for_each_row("jws", [](const json::Object& row) {
    const json::Object& jwk = *row.find("key")->object();
    const auto jws = Jws::parse(text(row, "token"), test::any_algorithm);
    EXPECT_EQ(code_of(jws), text(row, "code"));
    if (!jws) return;
    const auto verified = jws->verify(test::set_of({without_private_half(jwk)}));
    ASSERT_TRUE(verified) << verified.error().why();
    EXPECT_EQ(base64url_encode(verified->payload()), text(row, "payload"));
  });
}

TEST(RfcVectors, AChangedBitOfASignatureOrPayloadIsNoticed) {
  for_each_row("jws", [](const json::Object& row) {
    if (!text(row, "code").empty()) return;
    const auto keys = test::set_of({without_private_half(*row.find("key")->object())});
    std::string token = text(row, "token");
    for (const std::size_t at : {token.rfind('.') + 1, token.find('.') + 1}) {
      std::string changed = token;
      changed[at] = changed[at] == 'A' ? 'B' : 'A';
      const auto jws = Jws::parse(changed, test::any_algorithm);
      ASSERT_TRUE(jws);
      EXPECT_EQ(code_of(jws->verify(keys)), "signature_invalid");
    }
  });
}

// RFC 7516 A, RFC 7520 §5 and §6.
TEST(RfcVectors, EncryptedTokensAreDecryptedAndWhatWeForbidIsRefused) {
  for_each_row("jwe", [](const json::Object& row) {
    const json::Object& jwk = *row.find("key")->object();
    std::vector<DecryptionKey> keys;
    if (auto own = parse_private_jwk(Secret(json::write(jwk)))) {
      const json::Value* kid = jwk.find("kid");
      keys.push_back({.key = *std::move(own), .kid = kid == nullptr ? "" : *kid->string()});
    }
    const auto plaintext = decrypt(text(row, "token"), keys);
    EXPECT_EQ(code_of(plaintext), text(row, "code"));
    if (plaintext) EXPECT_EQ(base64url_encode(*plaintext), text(row, "plaintext"));
  });
}

// RFC 7638 §3.1, RFC 8037 A.3.
TEST(RfcVectors, ThumbprintsAreThoseOfTheRfcs) {
  const struct {
    const char* key;
    const char* thumbprint;
  } cases[] = {{"RFC 7517 A.1 key 2", "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
               {"RFC 8037 A.4", "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"}};
  std::size_t seen = 0;
  for (const char* table : {"keys", "jws"}) {
    for_each_row(table, [&](const json::Object& row) {
      for (const auto& [key, expected] : cases) {
        if (text(row, "name") != key) continue;
        const auto open = parse_public_jwk(without_private_half(*row.find("key")->object()));
        ASSERT_TRUE(open);
        EXPECT_EQ(thumbprint(*open), expected);
        ++seen;
      }
    });
  }
  EXPECT_EQ(seen, std::size(cases));
}

}  // namespace
}  // namespace rollcall::oidc

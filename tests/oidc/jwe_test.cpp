#include "oidc/jwe.h"

#include "gateway/crypto/base64.h"
#include "oidc/compact.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::code_of;

struct Vector {
  std::string name;
  std::string token;
  DecryptionKey key;
};

/// Those of the RFCs' encrypted tokens that we accept.
const std::vector<Vector>& vectors() {
  static const auto all = [] {
    std::vector<Vector> found;
    const json::Value file = test::data_file("jose/rfc.json");
    for (const json::Value& value : *file.object()->find("jwe")->array()) {
      const json::Object& row = *value.object();
      if (!row.find("code")->string()->empty()) continue;
      const json::Object& jwk = *row.find("key")->object();
      const json::Value* kid = jwk.find("kid");
      found.push_back({.name = *row.find("name")->string(),
                       .token = *row.find("token")->string(),
                       .key = {.key = *parse_private_jwk(Secret(json::write(jwk))),
                               .kid = kid == nullptr ? "" : *kid->string()}});
    }
    return found;
  }();
  return all;
}

Result<std::string> decrypt_with(const Vector& vector, std::string_view token) {
  return decrypt(token, {&vector.key, 1});
}

std::array<std::string, 5> parts_of(std::string_view token) {
  std::array<std::string, 5> parts;
  const auto views = split<5>(token);
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = (*views)[i];
  return parts;
}

std::string joined(const std::array<std::string, 5>& parts) {
  return parts[0] + "." + parts[1] + "." + parts[2] + "." + parts[3] + "." + parts[4];
}

/// The token with one member of its header changed or added.
std::string with_member(const Vector& vector, std::string_view name, json::Value value) {
  auto parts = parts_of(vector.token);
  const json::Value header = *json::parse(*base64url_decode(parts[0]));
  json::Object changed = *header.object();
  changed.set(name, std::move(value));
  parts[0] = base64url_encode(json::write(changed));
  return joined(parts);
}

TEST(Jwe, ChangedInAnyPartIsRefusedWithTheSameWords) {
  for (const Vector& vector : vectors()) {
    ASSERT_TRUE(decrypt_with(vector, vector.token)) << vector.name;
    for (std::size_t part = 1; part < 5; ++part) {
      auto parts = parts_of(vector.token);
      if (parts[part].empty()) continue;
      const std::string original = *base64url_decode(parts[part]);
      std::string flipped = original;
      flipped.front() = static_cast<char>(flipped.front() ^ 1);
      for (const std::string& bytes :
           {flipped, original.substr(1), original + '\0', std::string(original.size(), '\0')}) {
        parts[part] = base64url_encode(bytes);
        const auto plaintext = decrypt_with(vector, joined(parts));
        ASSERT_FALSE(plaintext) << vector.name << " part " << part;
        EXPECT_EQ(plaintext.error().code(), "decrypt_failed");
        EXPECT_EQ(plaintext.error().why(), "the token cannot be decrypted");
      }
    }
  }
}

// A tag of four bytes would be guessed in no time.
TEST(Jwe, WithAShortTagIsRefused) {
  for (const Vector& vector : vectors()) {
    auto parts = parts_of(vector.token);
    const std::string tag = *base64url_decode(parts[4]);
    for (const std::size_t size : {15U, 12U, 4U, 1U}) {
      parts[4] = base64url_encode(tag.substr(0, size));
      EXPECT_EQ(code_of(decrypt_with(vector, joined(parts))), "decrypt_failed") << size;
    }
    parts[4] = "";
    EXPECT_EQ(code_of(decrypt_with(vector, joined(parts))), "decrypt_failed");
  }
}

TEST(Jwe, WhoseHeaderAsksForWhatWeForbidIsRefused) {
  const struct {
    const char* member;
    json::Value value;
    const char* code;
  } cases[] = {
      {"alg", "RSA1_5", "alg_forbidden"},
      {"alg", "dir", "alg_forbidden"},
      {"alg", "A128KW", "alg_forbidden"},
      {"alg", "PBES2-HS256+A128KW", "alg_forbidden"},
      {"alg", "none", "alg_forbidden"},
      {"alg", json::Null(), "alg_forbidden"},
      {"enc", "A192GCM", "alg_forbidden"},
      {"enc", "none", "alg_forbidden"},
      {"enc", 7, "alg_forbidden"},
      {"zip", "DEF", "alg_forbidden"},
      {"zip", "", "alg_forbidden"},
      {"crit", json::Array{"exp"}, "crit_unknown"},
      {"kid", "another", "key_unknown"},
      {"kid", 7, "key_unknown"},
      {"x", "the tag covers the header", "decrypt_failed"},
  };
  for (const Vector& vector : vectors()) {
    for (const auto& [member, value, code] : cases) {
      EXPECT_EQ(code_of(decrypt_with(vector, with_member(vector, member, value))), code)
          << vector.name << ' ' << member;
    }
  }
}

// RFC 7518 §4.6.1; the invalid curve attack takes our key apart point by point.
TEST(Jwe, WhoseEphemeralKeyIsNoneIsRefused) {
  std::size_t seen = 0;
  for (const Vector& vector : vectors()) {
    if (vector.key.key.kind() == KeyKind::rsa) continue;
    ++seen;
    const json::Object own = to_jwk(vector.key.key.public_key());
    json::Object beside = own;
    beside.set("y", *own.find("x"));
    json::Object secret = own;
    secret.set("d", "AA");
    const auto refused = [&](std::string_view name, json::Value value) {
      EXPECT_EQ(code_of(decrypt_with(vector, with_member(vector, name, std::move(value)))),
                "decrypt_failed");
    };
    refused("epk", beside);
    refused("epk", secret);
    refused("epk", own);
    refused("epk", to_jwk(test::key_of(KeyKind::p521).public_key()));
    refused("epk", to_jwk(test::key_of(KeyKind::rsa).public_key()));
    refused("epk", json::Null());
    refused("apu", "not base64url!");
    refused("apv", 7);
    refused("apu", std::string(1000, 'A'));
  }
  EXPECT_EQ(seen, 2U);
}

TEST(Jwe, OfAnotherFormIsRefused) {
  const Vector& vector = vectors().front();
  const std::string& token = vector.token;
  const auto parts = parts_of(token);
  for (const std::string& text :
       {std::string(), std::string("...."), token.substr(0, token.rfind('.')), token + ".",
        token + "=", " " + token, token + "\n", "." + token,
        joined({"", parts[1], parts[2], parts[3], parts[4]}),
        joined({parts[0], "", parts[2], parts[3], parts[4]}),
        joined({parts[0], parts[1], "", parts[3], parts[4]}),
        joined({parts[0], parts[1], parts[2], "", parts[4]}),
        joined({parts[0], std::string(20'000, 'A'), parts[2], parts[3], parts[4]}),
        joined({parts[0], parts[1], parts[2], std::string(400'000, 'A'), parts[4]})}) {
    EXPECT_EQ(code_of(decrypt_with(vector, text)), "decrypt_failed") << text.substr(0, 20);
  }
  const auto headed = [&](std::string_view header) {
    auto changed = parts;
    changed[0] = base64url_encode(header);
    return code_of(decrypt_with(vector, joined(changed)));
  };
  EXPECT_EQ(headed(R"({"alg":"RSA-OAEP","alg":"RSA-OAEP","enc":"A256GCM"})"), "duplicate_member");
  EXPECT_EQ(headed("[]"), "decrypt_failed");
  EXPECT_EQ(headed("{}"), "alg_forbidden");
}

TEST(Jwe, IsDecryptedByTheOneKeyThatFits) {
  const Vector& vector = vectors().front();  // its header has no kid
  const DecryptionKey rsa{.key = test::key_of(KeyKind::rsa), .kid = "other"};
  const DecryptionKey ec{.key = test::key_of(KeyKind::p256), .kid = "ec"};
  const auto with = [&](const std::vector<DecryptionKey>& keys) {
    return code_of(decrypt(vector.token, keys));
  };
  EXPECT_EQ(with({ec, vector.key}), "");
  EXPECT_EQ(with({}), "key_unknown");
  EXPECT_EQ(with({ec}), "key_unknown");
  EXPECT_EQ(with({rsa, vector.key}), "key_unknown");
  EXPECT_EQ(with({rsa}), "decrypt_failed");
}

}  // namespace
}  // namespace rollcall::oidc

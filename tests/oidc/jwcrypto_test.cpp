#include "gateway/crypto/base64.h"
#include "oidc/client_auth.h"
#include "oidc/jwe.h"
#include "tests/gateway/app/scratch.h"
#include "tests/oidc/exchange.h"
#include "tests/oidc/tokens.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rollcall::oidc {
namespace {

/// What tests/oidc/oracle.py (python3-jwcrypto) prints, ended after a minute.
json::Value oracle(std::vector<std::string> arguments) {
  const rollcall::test::Scratch scratch;
  const auto out = scratch / "out";
  arguments.insert(arguments.begin(), {"/usr/bin/timeout", "60", "tests/oidc/oracle.py"});
  std::vector<char*> words;
  words.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) words.push_back(argument.data());
  words.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t id = 0;
  const int error = posix_spawn(&id, words.front(), &actions, nullptr, words.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || waitpid(id, &status, 0) != id || status != 0) {
    throw std::runtime_error("tests/oidc/oracle.py failed: is python3-jwcrypto there?");
  }
  auto value = json::parse(rollcall::test::content_of(out));
  if (!value) throw std::runtime_error(value.error().detail());
  return *std::move(value);
}

const json::Value& made_by_jwcrypto() {
  static const json::Value made = oracle({"make"});
  return made;
}

const std::string& text(const json::Object& row, std::string_view name) {
  return *row.find(name)->string();
}

TEST(Jwcrypto, SignsWhatWeVerifyWithTheKeyThatItPublishes) {
  const json::Array& rows = *made_by_jwcrypto().object()->find("jws")->array();
  EXPECT_EQ(rows.size(), test::all_schemes.size());
  for (const json::Value& value : rows) {
    const json::Object& row = *value.object();
    const json::Object& jwk = *row.find("key")->object();
    const auto jws = Jws::parse(text(row, "token"), test::any_algorithm);
    ASSERT_TRUE(jws) << text(row, "name");
    const auto verified = jws->verify(test::set_of({jwk}));
    ASSERT_TRUE(verified) << text(row, "name");
    EXPECT_EQ(verified->payload(), text(row, "payload"));
    EXPECT_EQ(thumbprint(*parse_public_jwk(jwk)), text(row, "thumbprint"));
  }
}

TEST(Jwcrypto, EncryptsWhatWeDecrypt) {
  const json::Array& rows = *made_by_jwcrypto().object()->find("jwe")->array();
  EXPECT_EQ(rows.size(), 45U);  // 2 with RSA and 3 on each of 3 curves, by 4 ciphers; one named
  for (const json::Value& value : rows) {
    const json::Object& row = *value.object();
    auto own = parse_private_jwk(Secret(json::write(*row.find("key"))));
    ASSERT_TRUE(own) << text(row, "name");
    const DecryptionKey key{.key = *std::move(own), .kid = ""};
    const auto plaintext = decrypt(text(row, "token"), {&key, 1});
    ASSERT_TRUE(plaintext) << text(row, "name");
    EXPECT_EQ(*plaintext, text(row, "payload"));
  }
}

TEST(Jwcrypto, VerifiesWhatWeSignWithTheKeyThatWePublish) {
  json::Array rows;
  for (const SignatureScheme scheme : test::all_schemes) {
    const SigningKey key = test::signing_key(scheme);
    rows.emplace_back(json::Object{{"key", published(key)},
                                   {"token", sign(key, "JWT", {{"sub", "u1"}, {"exp", 7}})}});
  }
  const rollcall::test::Scratch scratch;
  const auto file = scratch.file("rows", json::write(rows));
  const json::Value answer = oracle({"check", file.string()});
  ASSERT_EQ(answer.array()->size(), rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const json::Object& row = *(*answer.array())[i].object();
    const SigningKey key = test::signing_key(test::all_schemes[i]);
    EXPECT_EQ(text(row, "payload"), R"({"sub":"u1","exp":7})");
    EXPECT_EQ(text(row, "thumbprint"), thumbprint(key.key.public_key()));
    EXPECT_EQ(text(*row.find("header")->object(), "kid"), "k");
    EXPECT_EQ(text(*row.find("header")->object(), "typ"), "JWT");
  }
}

// RFC 7523 §3, spec/oidc 1.4
TEST(Jwcrypto, VerifiesTheAssertionsThatWeAuthenticateBy) {
  const std::string secret = "0123456789abcdef0123456789abcdef";
  const ClientCredentials credentials{
      .secret = Secret(secret), .signing_key = test::signing_key(SignatureScheme::rsa_pss_sha256)};
  const ClientSettings settings = test::settings();
  const auto row = [&](ClientAuth method, json::Object key) -> json::Value {
    const ClientProof proof = prove(method, settings, credentials, Timestamp());
    return json::Object{{"key", std::move(key)},
                        {"token", test::value_of(proof.form, "client_assertion")}};
  };
  const json::Array rows{
      row(ClientAuth::secret_jwt, {{"kty", "oct"}, {"k", base64url_encode(secret)}}),
      row(ClientAuth::private_key_jwt, published(*credentials.signing_key))};
  const rollcall::test::Scratch scratch;
  const json::Value answer = oracle({"check", scratch.file("rows", json::write(rows)).string()});
  ASSERT_EQ(answer.array()->size(), 2U);
  for (const json::Value& checked : *answer.array()) {
    const json::Object& header = *checked.object()->find("header")->object();
    EXPECT_EQ(text(header, "typ"), "client-authentication+jwt");
    const auto claims = json::parse(text(*checked.object(), "payload"));
    EXPECT_EQ(text(*claims->object(), "aud"), "https://idp.example");
  }
}

}  // namespace
}  // namespace rollcall::oidc

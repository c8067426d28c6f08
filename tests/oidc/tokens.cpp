#include "tests/oidc/tokens.h"

#include "gateway/crypto/base64.h"

#include <fstream>
#include <iterator>
#include <stdexcept>

namespace rollcall::oidc::test {

const PrivateKey& key_of(KeyKind kind) {
  static const std::array keys{
      PrivateKey::generate(KeyKind::rsa), PrivateKey::generate(KeyKind::p256),
      PrivateKey::generate(KeyKind::p384), PrivateKey::generate(KeyKind::p521),
      PrivateKey::generate(KeyKind::ed25519)};
  return keys.at(static_cast<std::size_t>(kind));
}

SigningKey signing_key(SignatureScheme scheme) {
  return {.key = key_of(kind_of(scheme)), .algorithm = scheme, .kid = "k"};
}

std::string token_of(std::string_view header, std::string_view payload, SignatureScheme scheme) {
  const std::string input = base64url_encode(header) + "." + base64url_encode(payload);
  return input + "." + base64url_encode(key_of(kind_of(scheme)).sign(scheme, input));
}

JwkSet set_of(json::Array keys) {
  auto set = JwkSet::parse(json::write(json::Object{{"keys", std::move(keys)}}));
  if (!set) throw std::runtime_error(set.error().detail());
  return *std::move(set);
}

JwkSet set_of(std::initializer_list<json::Object> keys) {
  return set_of(json::Array(keys.begin(), keys.end()));
}

JwkSet set_for(SignatureScheme scheme) { return set_of({published(signing_key(scheme))}); }

std::string verdict(std::string_view token, const JwkSet& keys, const JwsRules& rules) {
  const auto jws = Jws::parse(token, rules);
  if (!jws) return code_of(jws);
  const auto verified = jws->verify(keys);
  if (!verified) return code_of(verified);
  return code_of(verified->claims());
}

json::Value data_file(const std::string& name) {
  std::ifstream file("tests/data/" + name, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  auto value = json::parse(text);
  if (!value) throw std::runtime_error(name + ": " + value.error().detail());
  return *std::move(value);
}

}  // namespace rollcall::oidc::test

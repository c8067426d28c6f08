#include "oidc/jwk_set.h"

#include "oidc/algorithms.h"
#include "oidc/compact.h"
#include "oidc/refusal.h"

#include <algorithm>

namespace rollcall::oidc {
namespace {

/// Room for 100 keys with certificates and members of an IdP's own.
constexpr json::Limits limits{.depth = 8, .values = 20'000};

Error skip(std::string detail) { return Error(Fault::invalid_value, std::move(detail)); }

/// RFC 7517 §4.2, §4.3: a key for encryption never verifies.
Result<> check_purpose(const json::Object& jwk) {
  if (const json::Value* use = jwk.find("use"); use != nullptr && *use != json::Value("sig")) {
    return skip("its use is not sig.");
  }
  const json::Value* operations = jwk.find("key_ops");
  if (operations == nullptr) return {};
  const json::Array* list = operations->array();
  if (list == nullptr ||
      std::find(list->begin(), list->end(), json::Value("verify")) == list->end()) {
    return skip("its key_ops do not allow verify.");
  }
  return {};
}

Result<std::optional<SignatureScheme>> algorithm_of(const json::Object& jwk, KeyKind kind) {
  const json::Value* member = jwk.find("alg");
  if (member == nullptr) return std::optional<SignatureScheme>();
  const std::string* text = member->string();
  const auto algorithm = text == nullptr ? std::nullopt : parse_signature_scheme(*text);
  if (!algorithm || kind_of(*algorithm) != kind) {
    return skip("its alg is not an algorithm for such a key that we know.");
  }
  return algorithm;
}

Result<std::string> optional_text(const json::Object& jwk, std::string_view name) {
  if (jwk.find(name) == nullptr) return std::string();
  const std::string* text = text_of(jwk, name);
  if (text == nullptr) return skip("its " + std::string(name) + " is no text.");
  return *text;
}

Result<VerificationKey> read(const json::Value& value) {
  const json::Object* jwk = value.object();
  if (jwk == nullptr) return skip("it is no object.");
  CHECK_OK(check_purpose(*jwk));
  TRY(PublicKey key, parse_public_jwk(*jwk));
  TRY(auto algorithm, algorithm_of(*jwk, key.kind()));
  TRY(std::string kid, optional_text(*jwk, "kid"));
  TRY(std::string issuer, optional_text(*jwk, "issuer"));
  return VerificationKey{std::move(key), std::move(kid), algorithm, std::move(issuer)};
}

}  // namespace

Result<JwkSet> JwkSet::parse(std::string_view text) {
  if (text.size() > max_size) return skip("The key set is longer than 1 MiB.");
  TRY(const json::Value document, json::parse(text, limits));
  const json::Value* keys =
      document.object() == nullptr ? nullptr : document.object()->find("keys");
  if (keys == nullptr || keys->array() == nullptr) return skip("The key set has no array keys.");
  if (keys->array()->size() > max_keys) return skip("The key set has more than 100 keys.");
  JwkSet set;
  std::size_t number = 0;
  for (const json::Value& value : *keys->array()) {
    ++number;
    auto key = read(value);
    if (key) {
      set.keys_.push_back(*std::move(key));
    } else {
      set.skipped_.push_back("Key " + std::to_string(number) + ": " + key.error().detail());
    }
  }
  return set;
}

Result<std::vector<const VerificationKey*>> JwkSet::candidates(SignatureScheme algorithm,
                                                               const std::string* kid) const {
  std::vector<const VerificationKey*> found;
  for (const VerificationKey& key : keys_) {
    if (key.key.kind() == kind_of(algorithm) && key.algorithm.value_or(algorithm) == algorithm &&
        (kid == nullptr || key.kid == *kid)) {
      found.push_back(&key);
    }
  }
  if (found.empty()) return refuse("key_unknown", "no key of the set fits the token's kid and alg");
  if (kid == nullptr && found.size() > 1) {
    return refuse("key_unknown", "the token names no key and several of the set fit");
  }
  const bool alike = std::all_of(found.begin(), found.end(), [&](const VerificationKey* key) {
    return key->algorithm == found.front()->algorithm;
  });
  if (!alike || found.size() > max_candidates) {
    return refuse("key_unknown", "too many or unlike keys of the set share the token's kid");
  }
  return found;
}

}  // namespace rollcall::oidc

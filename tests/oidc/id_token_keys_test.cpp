#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "tests/oidc/issuer.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::check;
using test::check_claims;
using test::Issuer;
using test::list;

constexpr auto es256 = SignatureScheme::ecdsa_p256_sha256;

/// alg is said to be `alg`, and this is what follows the second dot.
std::string with_signature(Issuer& issuer, std::string_view alg,
                           const std::function<std::string(std::string_view)>& sign) {
  issuer.header.set("alg", alg);
  const std::string input = base64url_encode(json::write(issuer.header)) + "." +
                            base64url_encode(json::write(issuer.claims));
  return input + "." + base64url_encode(sign(input));
}

auto hmac_with(std::string secret) {
  return [secret](std::string_view input) {
    return std::string(as_bytes(HmacSha256(Secret(secret))({input})));
  };
}

// spec/oidc 6: alg-none, bad-sig, es256, ps256, eddsa, hs256-secret, hs256-pubpem.
TEST(OidcIdToken, OfAnAlgorithmThatTheConnectionDoesNotAllowIsRefused) {
  check({
      {"alg-none", [](auto& i) { i.text = with_signature(i, "none", [](auto) { return ""; }); },
       "alg_forbidden"},
      {"bad-sig", [](auto& i) { i.text = test::forged(i.token()); }, "signature_invalid"},
      {"es256", [](auto& i) { i.use(es256); }, ""},
      {"rs256", [](auto& i) { i.use(SignatureScheme::rsa_pkcs1_sha256); }, ""},
      {"ps256", [](auto& i) { i.use(SignatureScheme::rsa_pss_sha256); }, ""},
      {"eddsa", [](auto& i) { i.use(SignatureScheme::ed25519); }, "alg_forbidden"},
      {"eddsa, configured",
       [](auto& i) {
         i.use(SignatureScheme::ed25519);
         i.settings.algorithms = {SignatureScheme::ed25519};
       },
       ""},
      {"es256, configured away",
       [](auto& i) { i.settings.algorithms = {SignatureScheme::rsa_pkcs1_sha256}; },
       "alg_forbidden"},
      {"none allowed", [](auto& i) { i.settings.algorithms.clear(); }, "alg_forbidden"},
      {"hs256-secret",
       [](auto& i) { i.text = with_signature(i, "HS256", hmac_with("client-secret")); },
       "alg_forbidden"},
      {"hs256-pubpem",
       [](auto& i) {
         const json::Object jwk = published(test::signing_key(es256));
         i.text = with_signature(i, "HS256", hmac_with(json::write(jwk)));
       },
       "alg_forbidden"},
      {"es256-der-signature",
       [](auto& i) {
         i.text = with_signature(i, "ES256", [](auto) { return std::string(70, '\x30'); });
       },
       "signature_invalid"},
      {"es256-21kB-signature",
       [](auto& i) {
         i.text = with_signature(i, "ES256", [](auto) { return std::string(21'000, '\1'); });
       },
       "signature_invalid"},
  });
}

json::Object es256_jwk(std::string_view kid) {
  json::Object jwk = published(test::signing_key(es256));
  jwk.set("kid", kid);
  return jwk;
}
json::Object other_es256_jwk(std::string_view kid) {
  static const PrivateKey key = PrivateKey::generate(KeyKind::p256);
  json::Object jwk = published(SigningKey{.key = key, .algorithm = es256, .kid = ""});
  jwk.set("kid", kid);
  return jwk;
}

// spec/oidc 1.3, 6: kid-absent-single, kid-absent-multi, kid-unknown, jwk-header, jku-header,
// crit-unknown, typ-logout, jwks-dup-kid, jwks-use-enc.
TEST(OidcIdToken, WhoseHeaderNamesNoKeyOfTheIssuerIsRefused) {
  check({
      {"kid-absent-single", [](auto& i) { i.header.erase("kid"); }, ""},
      {"kid-absent-multi",
       [](auto& i) {
         i.header.erase("kid");
         i.keys = test::set_of({es256_jwk("k"), other_es256_jwk("l")});
       },
       "key_unknown"},
      {"kid-unknown", [](auto& i) { i.header.set("kid", "other"); }, "key_unknown"},
      {"jwks-dup-kid, the wrong one first",
       [](auto& i) { i.keys = test::set_of({other_es256_jwk("k"), es256_jwk("k")}); }, ""},
      {"jwks-use-enc",
       [](auto& i) {
         json::Object jwk = es256_jwk("k");
         jwk.set("use", "enc");
         i.keys = test::set_of({jwk});
       },
       "key_unknown"},
      {"jwk-header",
       [](auto& i) {
         i.header.set("jwk", es256_jwk("k"));
         i.keys = test::set_of({other_es256_jwk("k")});
       },
       "signature_invalid"},
      {"jku-header",
       [](auto& i) {
         i.header.set("jku", "https://evil.example/jwks");
         i.keys = test::set_of({other_es256_jwk("k")});
       },
       "signature_invalid"},
      {"crit-unknown", [](auto& i) { i.header.set("crit", list({"x-foo"})); }, "crit_unknown"},
      {"typ-logout", [](auto& i) { i.header.set("typ", "logout+jwt"); }, "typ_invalid"},
      {"an access token", [](auto& i) { i.header.set("typ", "at+jwt"); }, "typ_invalid"},
      {"no typ", [](auto& i) { i.header.erase("typ"); }, ""},
  });
}

// Core §16.14, spec/oidc 1.3 (CVE-2026-29000): what is within is still a signed token.
TEST(OidcIdToken, ThatIsEncryptedIsReadAsTheSignedOneWithin) {
  const auto key = PrivateKey::generate(KeyKind::p256);
  const auto within = [&](std::function<std::string(Issuer&)> text) {
    return [&key, text](Issuer& i) {
      i.credentials.decryption_keys.push_back({.key = key, .kid = "e"});
      i.text = test::encrypted(key.public_key(), text(i));
    };
  };
  check({
      {"a good one", within([](auto& i) { return i.token(); }), ""},
      {"a forged one", within([](auto& i) { return test::forged(i.token()); }),
       "signature_invalid"},
      {"an unsigned one",
       within([](auto& i) { return with_signature(i, "none", [](auto) { return ""; }); }),
       "alg_forbidden"},
      {"claims alone", within([](auto& i) { return json::write(i.claims); }), "signature_invalid"},
      {"another encrypted one",
       within([&](auto& i) { return test::encrypted(key.public_key(), i.token()); }),
       "signature_invalid"},
      {"to a key that is not ours",
       [&](auto& i) { i.text = test::encrypted(key.public_key(), i.token()); }, "key_unknown"},
  });
}

constexpr const char* tenant = "11111111-2222-3333-4444-555555555555";
constexpr const char* consumers = "9188040d-6c67-4c5b-b112-36a304b66dad";

void make_entra(Issuer& i) {
  i.metadata.issuer = "https://login.example/{tenantid}/v2.0";
  i.settings.tenants = {tenant};
  i.set("iss", std::string("https://login.example/") + tenant + "/v2.0");
  i.set("tid", tenant);
}
/// The key of the set may verify only this issuer's tokens.
void bind_key(Issuer& i, const std::string& to) {
  json::Object jwk = es256_jwk("k");
  jwk.set("issuer", to);
  i.keys = test::set_of({jwk});
}

// spec/oidc 1.5, Entra's shared endpoints.
TEST(OidcIdToken, OfATenantThatIsNotConfiguredIsRefused) {
  const auto entra = [](std::function<void(Issuer&)> change) {
    return [change](Issuer& i) {
      make_entra(i);
      change(i);
    };
  };
  check_claims({
      {"another tenant", entra([](auto& i) {
         i.set("tid", consumers);
         i.set("iss", std::string("https://login.example/") + consumers + "/v2.0");
       }),
       "issuer_mismatch"},
      {"another tenant's issuer", entra([](auto& i) {
         i.set("iss", std::string("https://login.example/") + consumers + "/v2.0");
       }),
       "issuer_mismatch"},
      {"no tid", entra([](auto& i) { i.drop("tid"); }), "issuer_mismatch"},
      {"tid is no GUID", entra([](auto& i) {
         i.settings.tenants = {"contoso"};
         i.set("tid", "contoso");
         i.set("iss", "https://login.example/contoso/v2.0");
       }),
       "issuer_mismatch"},
      {"tid is the mark itself", entra([](auto& i) {
         i.set("tid", "{tenantid}");
         i.set("iss", "https://login.example/{tenantid}/v2.0");
       }),
       "issuer_mismatch"},
      {"no tenants", entra([](auto& i) { i.settings.tenants.clear(); }), "issuer_mismatch"},
      {"v1, by its issuer", entra([](auto& i) {
         i.set("iss", std::string("https://sts.example/") + tenant + "/");
         i.set("ver", "1.0");
       }),
       "issuer_mismatch"},
  });
  check({{"ours", entra([](auto&) {}), ""},
         {"configured in capitals",
          [](auto& i) {
            make_entra(i);
            i.settings.tenants = {"AAAAAAAA-BBBB-cccc-dddd-EEEEEEEEEEEE"};
            const std::string lower = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee";
            i.set("tid", lower);
            i.set("iss", "https://login.example/" + lower + "/v2.0");
          },
          ""}});
}

// spec/oidc 1.5: the key of one tenant's tokens may not verify another's.
TEST(OidcIdToken, OfAKeyThatIsBoundToAnotherIssuerIsRefused) {
  const auto keyed = [](std::string to) {
    return [to](Issuer& i) {
      make_entra(i);
      bind_key(i, to);
    };
  };
  check_claims(
      {{"literal, another tenant",
        keyed(std::string("https://login.example/") + consumers + "/v2.0"), "issuer_mismatch"},
       {"template of another host", keyed("https://evil.example/{tenantid}/v2.0"),
        "issuer_mismatch"},
       {"template, and the token has no tid",
        [](auto& i) { bind_key(i, "https://idp.example/{tenantid}"); }, "issuer_mismatch"}});
  check({{"template", keyed("https://login.example/{tenantid}/v2.0"), ""},
         {"literal", keyed(std::string("https://login.example/") + tenant + "/v2.0"), ""}});
}

}  // namespace
}  // namespace rollcall::oidc

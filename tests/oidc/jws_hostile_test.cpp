#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "tests/oidc/tokens.h"

#include <gtest/gtest.h>

namespace rollcall::oidc {
namespace {

using test::token_of;
using test::verdict;

constexpr auto es256 = SignatureScheme::ecdsa_p256_sha256;
constexpr auto rs256 = SignatureScheme::rsa_pkcs1_sha256;
constexpr std::string_view header = R"({"alg":"ES256","kid":"k","typ":"JWT"})";
constexpr std::string_view claims = R"({"iss":"https://idp.example","sub":"u1"})";

struct Case {
  const char* name;
  std::string token;
  const char* code;
};

void check(const std::vector<Case>& cases, const JwkSet& keys) {
  for (const auto& [name, token, code] : cases) EXPECT_EQ(verdict(token, keys), code) << name;
}

JwkSet ec_keys() { return test::set_for(es256); }

/// A rightly signed token with this header.
std::string headed(std::string_view text) { return token_of(text, claims, es256); }
/// The same with one more member in its header.
std::string with_member(const std::string& member) {
  return headed(R"({"alg":"ES256","kid":"k",)" + member + "}");
}
std::string good() { return token_of(header, claims, es256); }
std::string input() { return good().substr(0, good().rfind('.')); }
std::string signature() {
  const std::string text = input();
  return test::key_of(KeyKind::p256).sign(es256, text);
}
/// The good token with another signature.
std::string signed_as(std::string_view bytes) { return input() + "." + base64url_encode(bytes); }
std::string nested(int depth) {
  const auto count = static_cast<std::size_t>(depth);
  return R"({"alg":"ES256","kid":"k","x":)" + std::string(count, '[') + std::string(count, ']') +
         "}";
}

TEST(HostileJws, GoodOneThatTheOthersAreMadeFromIsAccepted) {
  check({{"good", good(), ""}, {"one made from its parts", signed_as(signature()), ""}}, ec_keys());
}

// RFC 8725 §2.1, §3.1.
TEST(HostileJws, WithAnotherAlgorithmIsRefused) {
  const auto unsigned_token = [](const std::string& alg, const std::string& part) {
    return base64url_encode(R"({"alg":)" + alg + "}") + "." + base64url_encode(claims) + "." + part;
  };
  const auto hmac_token = [](const std::string& secret) {
    const std::string text =
        base64url_encode(R"({"alg":"HS256","kid":"k"})") + "." + base64url_encode(claims);
    return text + "." + base64url_encode(as_bytes(HmacSha256(Secret(secret))({text})));
  };
  const json::Object jwk = published(test::signing_key(es256));
  check({{"none without a signature", unsigned_token(R"("none")", ""), "alg_forbidden"},
         {"none with a signature", unsigned_token(R"("none")", "AA"), "alg_forbidden"},
         {"None", unsigned_token(R"("None")", ""), "alg_forbidden"},
         {"nOnE", unsigned_token(R"("nOnE")", ""), "alg_forbidden"},
         {"empty", unsigned_token(R"("")", "AA"), "alg_forbidden"},
         {"null", unsigned_token("null", "AA"), "alg_forbidden"},
         {"a list", unsigned_token(R"(["ES256"])", "AA"), "alg_forbidden"},
         {"an object", unsigned_token(R"({"ES256":1})", "AA"), "alg_forbidden"},
         {"a NUL behind it", unsigned_token(R"("ES256\u0000")", "AA"), "alg_forbidden"},
         {"in another case", headed(R"({"alg":"es256","kid":"k"})"), "alg_forbidden"},
         {"no alg", headed(R"({"kid":"k"})"), "alg_forbidden"},
         {"HMAC with the public key", hmac_token(json::write(jwk)), "alg_forbidden"},
         {"HMAC with the point", hmac_token(*jwk.find("x")->string()), "alg_forbidden"},
         {"HMAC with nothing", hmac_token(""), "alg_forbidden"},
         {"an RSA algorithm for the EC key", headed(R"({"alg":"RS256","kid":"k"})"), "key_unknown"},
         {"another curve's algorithm", headed(R"({"alg":"ES512","kid":"k"})"), "key_unknown"},
         {"EdDSA for the EC key", headed(R"({"alg":"EdDSA","kid":"k"})"), "key_unknown"}},
        ec_keys());
}

// RFC 7518 §3.4: exactly 64 bytes.
TEST(HostileJws, WithAnEcSignatureOfAnotherShapeIsRefused) {
  const std::string right = signature();
  const std::string r = right.substr(0, 32);
  const std::string s = right.substr(32);
  const std::string zero(32, '\0');
  const std::string order =
      *base64url_decode("_____wAAAAD__________7zm-q2nF56E87nKwvxjJVE");  // of P-256, FIPS 186-4
  const std::string der = "\x30\x44\x02\x20" + r + "\x02\x20" + s;
  check({{"one byte short", signed_as(right.substr(0, 63)), "signature_invalid"},
         {"one byte long", signed_as(right + '\0'), "signature_invalid"},
         {"half", signed_as(r), "signature_invalid"},
         {"twice", signed_as(right + right), "signature_invalid"},
         {"leading zeros", signed_as('\0' + r + '\0' + s), "signature_invalid"},
         {"of P-384's length", signed_as(std::string(96, '\1')), "signature_invalid"},
         {"DER", signed_as(der), "signature_invalid"},
         {"21 kB", signed_as(std::string(21'000, 'A')), "signature_invalid"},
         {"r and s are 0", signed_as(zero + zero), "signature_invalid"},
         {"r is 0", signed_as(zero + s), "signature_invalid"},
         {"s is 0", signed_as(r + zero), "signature_invalid"},
         {"r is the order", signed_as(order + s), "signature_invalid"},
         {"r and s are the order", signed_as(order + order), "signature_invalid"},
         {"all ones", signed_as(std::string(64, '\xff')), "signature_invalid"},
         {"swapped", signed_as(s + r), "signature_invalid"}},
        ec_keys());
}

TEST(HostileJws, WithAnRsaSignatureOfAnotherLengthIsRefused) {
  const std::string text =
      base64url_encode(R"({"alg":"RS256","kid":"k"})") + "." + base64url_encode(claims);
  const std::string right = test::key_of(KeyKind::rsa).sign(rs256, text);
  const auto as = [&](std::string_view bytes) { return text + "." + base64url_encode(bytes); };
  check({{"right", as(right), ""},
         {"a zero before it", as('\0' + right), "signature_invalid"},
         {"a zero behind it", as(right + '\0'), "signature_invalid"},
         {"one byte short", as(right.substr(1)), "signature_invalid"},
         {"0", as(std::string(256, '\0')), "signature_invalid"},
         {"1", as(std::string(255, '\0') + '\1'), "signature_invalid"},
         {"beyond the modulus", as(std::string(256, '\xff')), "signature_invalid"},
         {"longer than any key", as(std::string(1025, '\1')), "signature_invalid"}},
        test::set_for(rs256));
}

// RFC 7515 §4.1.11, RFC 7797 §6, RFC 8725 §3.
TEST(HostileJws, ThatDemandsAnExtensionIsRefused) {
  const std::string unencoded = base64url_encode(R"({"alg":"ES256","b64":false,"crit":["b64"]})") +
                                "." + "{}" + "." + base64url_encode(signature());
  check({{"unknown", with_member(R"("crit":["x-foo"],"x-foo":1)"), "crit_unknown"},
         {"a claim", with_member(R"("crit":["exp"],"exp":1)"), "crit_unknown"},
         {"a member every header has", with_member(R"("crit":["alg"])"), "crit_unknown"},
         {"empty", with_member(R"("crit":[])"), "crit_unknown"},
         {"null", with_member(R"("crit":null)"), "crit_unknown"},
         {"a text", with_member(R"("crit":"b64")"), "crit_unknown"},
         {"b64 is false", with_member(R"("crit":["b64"],"b64":false)"), "crit_unknown"},
         {"b64 is false without crit", with_member(R"("b64":false)"), "crit_unknown"},
         {"b64 is no boolean", with_member(R"("b64":"false")"), "crit_unknown"},
         {"the payload is not encoded", unencoded, "crit_unknown"},
         {"b64 is true", with_member(R"("b64":true)"), ""}},
        ec_keys());
}

// RFC 7515 §4: unique names; a second reader might take the other of two.
TEST(HostileJws, WithAMemberTwiceIsRefused) {
  const auto says = [](std::string_view text) { return token_of(header, text, es256); };
  check({{"alg", headed(R"({"alg":"ES256","alg":"none","kid":"k"})"), "duplicate_member"},
         {"kid", with_member(R"("kid":"k")"), "duplicate_member"},
         {"alg, escaped", with_member(R"("\u0061lg":"none")"), "duplicate_member"},
         {"deep in the header", with_member(R"("x":{"y":1,"y":2})"), "duplicate_member"},
         {"sub", says(R"({"sub":"u1","sub":"admin"})"), "duplicate_member"},
         {"sub, escaped", says(R"({"sub":"u1","\u0073ub":"admin"})"), "duplicate_member"},
         {"deep in the payload", says(R"({"a":[{"b":1,"b":1}]})"), "duplicate_member"},
         {"names in other cases are others", says(R"({"sub":"u1","Sub":"u2"})"), ""}},
        ec_keys());
}

// RFC 7515 §7.1, §2: three parts of base64url without padding, white space or other characters.
TEST(HostileJws, OfAnotherFormIsRefused) {
  const std::string token = good();
  const std::string json_form =
      json::write(json::Object{{"payload", "e30"}, {"protected", "e30"}, {"signature", "AA"}});
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  std::string bits = token;  // 86 characters: the last four bits mean nothing
  bits.back() = bits.back() == 'B' ? 'C' : 'B';
  std::vector<Case> cases{{"JSON serialization", json_form, "signature_invalid"},
                          {"unused bits set", bits, "signature_invalid"}};
  const auto add = [&](const char* name, std::string changed) {
    cases.push_back({name, std::move(changed), "signature_invalid"});
  };
  add("nothing", "");
  add("dots", "..");
  add("one part", token.substr(0, first));
  add("two parts", token.substr(0, last));
  add("no signature", token.substr(0, last + 1));
  add("no payload", token.substr(0, first + 1) + token.substr(last));
  add("no header", token.substr(first));
  add("a dot before", "." + token);
  add("a dot behind", token + ".");
  add("five parts", token + ".AA.AA");
  add("a space before", " " + token);
  add("a line end behind", token + "\n");
  add("a space within", token.substr(0, last) + " " + token.substr(last));
  add("padding of the signature", token + "==");
  add("padding of the header", token.substr(0, first) + "=" + token.substr(first));
  add("a NUL", token + std::string(1, '\0'));
  add("standard base64", token.substr(0, last) + ".+/+/");
  add("percent encoding", token.substr(0, first) + "%2E" + token.substr(first + 1));
  add("a letter beyond ASCII", token + "\xc3\xa4");
  check(cases, ec_keys());
}

TEST(HostileJws, WhoseHeaderOrClaimsAreNoProperJsonIsRefused) {
  const auto says = [](std::string_view text) { return token_of(header, text, es256); };
  const std::string deep_claims = R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}";
  check({{"an empty header", headed("{}"), "alg_forbidden"},
         {"a list as header", headed(R"(["ES256"])"), "signature_invalid"},
         {"two values as header", headed(R"({"alg":"ES256"}{})"), "signature_invalid"},
         {"a NUL in the header", headed(std::string(R"({"alg":"ES256"})") + '\0'),
          "signature_invalid"},
         {"a byte order mark", headed("\xef\xbb\xbf{\"alg\":\"ES256\"}"), "signature_invalid"},
         {"bad UTF-8 in the header", with_member("\"x\":\"\xff\""), "signature_invalid"},
         {"half a surrogate pair", with_member(R"("x":"\ud800")"), "signature_invalid"},
         {"a header of 31 levels", headed(nested(31)), ""},
         {"a header of 33 levels", headed(nested(32)), "signature_invalid"},
         {"a header of 20000 levels", headed(nested(20'000)), "signature_invalid"},
         {"a header of 65 KiB", with_member(R"("x":")" + std::string(65 * 1024, 'x') + '"'),
          "signature_invalid"},
         {"claims of 65 KiB", says(R"({"x":")" + std::string(65 * 1024, 'x') + R"("})"),
          "signature_invalid"},
         {"claims of 63 KiB", says(R"({"x":")" + std::string(63 * 1024, 'x') + R"("})"), ""},
         {"claims nested too deeply", says(deep_claims), "signature_invalid"},
         {"claims that are a list", says("[]"), "signature_invalid"},
         {"claims that are text", says("u1"), "signature_invalid"},
         {"a number beyond any double", says(R"({"exp":1e999})"), "signature_invalid"},
         {"not a number", says(R"({"exp":NaN})"), "signature_invalid"}},
        ec_keys());
}

// RFC 8725 §3.10: the key comes from the issuer's set, whatever the header offers.
TEST(HostileJws, WithAKeyOfItsOwnIsNotVerifiedByIt) {
  const auto attacker = PrivateKey::generate(KeyKind::p256);
  const auto forged = [&](const std::string& member) {
    const std::string text = base64url_encode(R"({"alg":"ES256","kid":"k")" + member + "}") + "." +
                             base64url_encode(claims);
    return text + "." + base64url_encode(attacker.sign(es256, text));
  };
  const std::string jwk = json::write(to_jwk(attacker.public_key()));
  check({{"jwk", forged(R"(,"jwk":)" + jwk), "signature_invalid"},
         {"jku", forged(R"(,"jku":"https://evil.example/jwks")"), "signature_invalid"},
         {"x5u", forged(R"(,"x5u":"https://evil.example/x5u")"), "signature_invalid"},
         {"x5c", forged(R"(,"x5c":["AAAA"])"), "signature_invalid"},
         {"nothing", forged(""), "signature_invalid"},
         {"a jwk beside the right signature", with_member(R"("jwk":)" + jwk), ""}},
        ec_keys());
}

TEST(HostileJws, WhoseKidTriesToMeanMoreFindsNoKey) {
  const auto named = [](const std::string& kid) {
    return headed(R"({"alg":"ES256","kid":)" + kid + "}");
  };
  check({{"SQL", named(R"("k' OR '1'='1")"), "key_unknown"},
         {"a path", named(R"("../../../../dev/null")"), "key_unknown"},
         {"a command", named(R"("k|/bin/true")"), "key_unknown"},
         {"a NUL", named(R"("k\u0000")"), "key_unknown"},
         {"a line end", named(R"("k\r\nX: y")"), "key_unknown"},
         {"empty", named(R"("")"), "key_unknown"},
         {"null", named("null"), "key_unknown"},
         {"a number", named("0"), "key_unknown"},
         {"a list", named(R"(["k"])"), "key_unknown"},
         {"60 kB", named('"' + std::string(60'000, 'k') + '"'), "key_unknown"},
         {"escaped it is the same", named(R"("\u006b")"), ""}},
        ec_keys());
}

TEST(HostileJws, ChangedAfterItsSignatureIsRefused) {
  const std::string token = good();
  const auto first = token.find('.');
  const auto last = token.rfind('.');
  const std::string other_claims = base64url_encode(R"({"sub":"admin"})");
  const std::string other_header = base64url_encode(R"({"kid":"k","alg":"ES256"})");
  check({{"claims", token.substr(0, first + 1) + other_claims + token.substr(last),
          "signature_invalid"},
         {"header", other_header + token.substr(first), "signature_invalid"},
         {"signature of another token",
          token.substr(0, last + 1) +
              headed("{\"alg\":\"ES256\",\"kid\":\"k\"}")
                  .substr(headed("{\"alg\":\"ES256\",\"kid\":\"k\"}").rfind('.') + 1),
          "signature_invalid"}},
        ec_keys());
}

}  // namespace
}  // namespace rollcall::oidc

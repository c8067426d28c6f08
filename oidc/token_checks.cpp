#include "oidc/token_checks.h"

#include "gateway/base/text.h"
#include "oidc/compact.h"
#include "oidc/entra_issuer.h"
#include "oidc/plain_text.h"
#include "oidc/refusal.h"

#include <algorithm>

namespace rollcall::oidc {
namespace {

/// Beyond it a double no longer tells one second from the next.
constexpr std::int64_t latest_second = std::int64_t{1} << 53;
constexpr std::size_t max_identifier_size = 255;
constexpr std::size_t max_audiences = 100;
/// As the conformance suite draws the line [OIDF ValidateIdToken].
constexpr std::chrono::years longest_life{50};

std::string with_tenant(std::string text, std::string_view tenant) {
  if (const auto at = text.find(tenant_placeholder); at != std::string::npos) {
    text.replace(at, tenant_placeholder.size(), tenant);
  }
  return text;
}

/// The tenant that the token names, in lower case; "" if it names none.
std::string tenant_of(const json::Object& claims) {
  const std::string* text = text_of(claims, "tid");
  std::string tenant = text == nullptr ? std::string() : ascii_lower(*text);
  return is_guid(tenant) ? tenant : std::string();
}

/// Whether the connection lets this tenant in; `tenant` is in lower case.
bool is_allowed(std::string_view tenant, const ClientSettings& settings) {
  return !tenant.empty() &&
         std::any_of(settings.tenants.begin(), settings.tenants.end(),
                     [&](const auto& allowed) { return ascii_lower(allowed) == tenant; });
}

bool is_expected_audience(const json::Value& audience, const ClientSettings& settings) {
  const std::string* text = audience.string();
  return text != nullptr && (*text == settings.client_id ||
                             std::find(settings.audiences.begin(), settings.audiences.end(),
                                       *text) != settings.audiences.end());
}

}  // namespace

std::optional<Timestamp> parse_numeric_date(const json::Value& value) {
  std::int64_t seconds = -1;
  if (const std::int64_t* integer = value.integer()) {
    seconds = *integer;
  } else if (const double* decimal = value.decimal();
             decimal != nullptr && *decimal >= 0 && *decimal <= double{latest_second}) {
    seconds = static_cast<std::int64_t>(*decimal);
  }
  if (seconds < 0 || seconds > latest_second) return std::nullopt;
  return Timestamp(std::chrono::seconds(seconds));
}

const std::string* identifier_of(const json::Object& claims, std::string_view name) {
  const std::string* text = text_of(claims, name);
  if (text == nullptr || text->empty() || text->size() > max_identifier_size) return nullptr;
  const bool control = std::any_of(text->begin(), text->end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
  return control ? nullptr : text;
}

bool says_logout(const json::Object& claims) {
  constexpr std::string_view event = "http://schemas.openid.net/event/backchannel-logout";
  const json::Value* events = claims.find("events");
  if (events == nullptr || events->object() == nullptr) return false;
  const json::Value* member = events->object()->find(event);
  return member != nullptr && member->object() != nullptr;
}

std::string quoted(std::string_view text) { return "\"" + plain_text(text) + "\""; }

Result<std::string> check_issuer(const json::Object& claims, const VerifiedJws& token,
                                 const ProviderMetadata& metadata, const ClientSettings& settings) {
  const std::string* issuer = text_of(claims, "iss");
  if (issuer == nullptr) return refuse("issuer_mismatch", "the token names no issuer (iss)");
  const std::string tenant = tenant_of(claims);
  if (metadata.issuer.find(tenant_placeholder) != std::string::npos &&
      !is_allowed(tenant, settings)) {
    return refuse("issuer_mismatch", "the token's tenant (tid) " + quoted(tenant) +
                                         " is not one that the connection lets in");
  }
  const std::string expected = with_tenant(metadata.issuer, tenant);
  if (*issuer != expected) {
    return refuse("issuer_mismatch",
                  "the token's issuer is " + quoted(*issuer) + " instead of " + quoted(expected));
  }
  if (!token.key_issuer().empty() && with_tenant(token.key_issuer(), tenant) != *issuer) {
    return refuse("issuer_mismatch",
                  "the token's key is only for tokens of " + quoted(token.key_issuer()));
  }
  return *issuer;
}

Result<> check_audience(const json::Object& claims, const ClientSettings& settings) {
  const auto mismatch = [](std::string why) { return refuse("audience_mismatch", std::move(why)); };
  const json::Value* member = claims.find("aud");
  if (member == nullptr) return mismatch("the token is for nobody (aud)");
  const json::Array single{*member};
  const json::Array& audiences = member->array() == nullptr ? single : *member->array();
  if (audiences.size() > max_audiences) return mismatch("the token is for too many (aud)");
  if (std::find(audiences.begin(), audiences.end(), json::Value(settings.client_id)) ==
      audiences.end()) {
    return mismatch("the token is not for our client id (aud)");
  }
  const json::Value* party = claims.find("azp");
  const bool made_for_us = party != nullptr && *party == json::Value(settings.client_id);
  for (const json::Value& audience : audiences) {
    if (is_expected_audience(audience, settings)) continue;
    if (made_for_us && audience.string() != nullptr) continue;
    return mismatch("the token is also for " + quoted(json::write(audience)) +
                    ", which the connection does not expect (aud)");
  }
  return {};
}

Result<> check_authorized_party(const json::Object& claims, const ClientSettings& settings) {
  const json::Value* party = claims.find("azp");
  if (party == nullptr || *party == json::Value(settings.client_id)) return {};
  return refuse("azp_mismatch", "the token was made for another client (azp)");
}

Result<std::string> check_subject(const json::Object& claims) {
  const std::string* subject = identifier_of(claims, "sub");
  if (subject == nullptr) {
    return refuse("sub_invalid", "the token's sub is missing, empty, too long or no plain text");
  }
  return *subject;
}

Result<> check_expiry(const json::Object& claims, const TokenAge& age) {
  const json::Value* member = claims.find("exp");
  const auto expires = member == nullptr ? std::nullopt : parse_numeric_date(*member);
  if (!expires) return refuse("expired", "the token's exp is missing or no time in seconds");
  if (age.now >= *expires + age.skew) {
    return refuse("expired", "the token was good until " + format_timestamp(*expires));
  }
  if (*expires > age.now + longest_life) {
    return refuse("expired", "the token's exp lies over 50 years ahead, as if in milliseconds");
  }
  return {};
}

Result<> check_not_before(const json::Object& claims, const TokenAge& age) {
  const json::Value* member = claims.find("nbf");
  if (member == nullptr) return {};
  const auto begins = parse_numeric_date(*member);
  if (!begins) return refuse("not_yet_valid", "the token's nbf is no time in seconds");
  if (*begins > age.now + age.skew) {
    return refuse("not_yet_valid", "the token is not good yet (nbf); compare the clocks");
  }
  return {};
}

Result<Timestamp> check_issued(const json::Object& claims, const TokenAge& age) {
  const json::Value* member = claims.find("iat");
  const auto issued = member == nullptr ? std::nullopt : parse_numeric_date(*member);
  if (!issued) return refuse("iat_stale", "the token's iat is missing or no time in seconds");
  if (*issued > age.now + age.skew) {
    return refuse("iat_future", "the token is of the future (iat); compare the clocks");
  }
  if (age.limit && age.now - *issued > *age.limit) {
    return refuse("iat_stale", "the token is of " + format_timestamp(*issued) + " (iat), too old");
  }
  return *issued;
}

}  // namespace rollcall::oidc

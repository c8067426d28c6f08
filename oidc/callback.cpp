#include "oidc/authorization.h"
#include "oidc/entra_issuer.h"
#include "oidc/plain_text.h"
#include "oidc/refusal.h"

#include <algorithm>
#include <array>

namespace rollcall::oidc {
namespace {

/// The parameters of an answer that decide something: none may come twice (RFC 6749 §3.1).
constexpr std::array<std::string_view, 6> deciding{"code",  "state",    "iss",
                                                   "error", "id_token", "response"};

/// The value of a parameter, or null.
const std::string* find(std::span<const http::Parameter> parameters, std::string_view name) {
  const auto found = std::ranges::find(parameters, name, &http::Parameter::name);
  return found == parameters.end() ? nullptr : &found->value;
}

std::string plain_text_of(const std::string* text) { return text ? plain_text(*text) : ""; }

}  // namespace

Result<Callback> parse_callback(std::span<const http::Parameter> parameters) {
  for (const std::string_view name : deciding) {
    if (std::ranges::count(parameters, name, &http::Parameter::name) > 1) {
      return refuse("duplicate_parameter", std::string(name) + " came more than once");
    }
  }
  const std::string* code = find(parameters, "code");
  const std::string* error = find(parameters, "error");
  if (code != nullptr && error != nullptr) {
    return refuse("duplicate_parameter", "code and error came together");
  }
  const std::string* state = find(parameters, "state");
  if (state == nullptr || state->empty()) return refuse("state_unknown", "no state came back");

  Callback callback{.state = *state};
  if (code != nullptr) callback.code = *code;
  if (const std::string* issuer = find(parameters, "iss")) callback.issuer = *issuer;
  callback.error = plain_text_of(error);
  callback.error_description = plain_text_of(find(parameters, "error_description"));
  return callback;
}

Result<> check_callback_issuer(const Callback& callback, const ProviderMetadata& metadata) {
  if (!callback.issuer) {
    if (!metadata.authorization_response_iss_parameter_supported) return {};
    return refuse("iss_param_missing", "the answer does not say which issuer it is from");
  }
  if (fits_issuer(metadata.issuer, *callback.issuer)) return {};
  return refuse("iss_param_mismatch", "the answer is from " + plain_text(*callback.issuer) +
                                          ", not from " + metadata.issuer);
}

}  // namespace rollcall::oidc

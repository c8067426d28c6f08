#include "gateway/base/text.h"
#include "oidc/compact.h"
#include "oidc/refusal.h"
#include "oidc/token_request.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace rollcall::oidc {
namespace {

constexpr std::string_view code = "token_endpoint";
constexpr std::int64_t longest_life = 10L * 366 * 24 * 3600;
constexpr std::size_t max_request_uri = 512;

// Nothing of a body may get into an Error: it holds tokens. So not even what json::parse says.

Error temporary(std::string why) {
  Error error(Fault::unavailable, "The identity provider does not answer.", std::move(why));
  error.with_code(code);
  return error;
}

bool is_json(const http::FetchResponse& response) {
  const auto type = response.field("Content-Type").value_or("");
  return iequals(trim(type.substr(0, type.find(';'))), "application/json");
}

Secret secret_of(const json::Object& object, std::string_view name) {
  const std::string* text = text_of(object, name);
  return text == nullptr ? Secret() : Secret(*text);
}

/// After which a refresh token is of no use: it is none any more, or the person has to come back
/// (Core §3.1.2.6, which IdPs answer here too).
bool ends_refreshing(std::string_view error) {
  constexpr std::array<std::string_view, 5> all{"invalid_grant", "interaction_required",
                                                "login_required", "consent_required",
                                                "access_denied"};
  return std::ranges::count(all, error) != 0;
}

/// RFC 6749 §5.2: the only words of the answer that are told.
Error oauth_error(const json::Value& member, const std::string& status, bool refreshing) {
  const std::string* error = member.string();
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
  if (error == nullptr || error->empty() || error->size() > 64 ||
      !std::ranges::all_of(*error, is_word)) {
    return refuse(code, "an error without a name, " + status);
  }
  std::string why = *error + ", " + status;
  if (*error == "temporarily_unavailable" || *error == "server_error") {
    return temporary(std::move(why));
  }
  if (refreshing && ends_refreshing(*error)) {
    return Error(Fault::unauthenticated, "The sign-in has ended.", std::move(why)).with_code(code);
  }
  return refuse(code, std::move(why));
}

/// The object that an endpoint of an authorization server answers with.
Result<json::Object> read_answer(const http::FetchResponse& response, bool refreshing) {
  const std::string status = "status " + std::to_string(response.status);
  if (response.status >= 500 || response.status == 429) return temporary(status);
  if (!is_json(response)) return refuse(code, "an answer that is not application/json, " + status);
  auto value = json::parse(response.body);
  if (!value) {
    const bool twice = value.error().code() == "duplicate_member";
    return refuse(code, (twice ? "JSON with a member twice, " : "no JSON, ") + status);
  }
  json::Object* object = value->object();
  if (object == nullptr) return refuse(code, "no JSON object, " + status);
  const json::Value* error = object->find("error");
  if (error != nullptr && !error->is_null()) return oauth_error(*error, status, refreshing);
  if (response.status != 200 && response.status != 201) return refuse(code, status);
  return std::move(*object);
}

/// A number, or digits in a text as some IdPs have it. What is neither is as if not said.
std::optional<std::chrono::seconds> life_of(const json::Value* value) {
  if (value == nullptr) return std::nullopt;
  std::int64_t seconds = -1;
  if (value->integer() != nullptr) {
    seconds = *value->integer();
  } else if (value->decimal() != nullptr && *value->decimal() >= 0 &&
             *value->decimal() <= static_cast<double>(longest_life)) {
    seconds = static_cast<std::int64_t>(*value->decimal());
  } else if (const std::string* text = value->string()) {
    const char* const end = text->data() + text->size();
    if (std::from_chars(text->data(), end, seconds).ptr != end) return std::nullopt;
  }
  if (seconds < 0 || seconds > longest_life) return std::nullopt;
  return std::chrono::seconds(seconds);
}

}  // namespace

Result<TokenResponse> parse_token_response(const http::FetchResponse& response, TokenUse use) {
  TRY(const auto object, read_answer(response, use == TokenUse::refresh));
  if (response.status != 200) return refuse(code, "status " + std::to_string(response.status));
  const std::string* type = text_of(object, "token_type");
  if (type == nullptr || !iequals(*type, "Bearer")) {
    return refuse(code, "a token_type that is not Bearer");
  }
  TokenResponse tokens{.access_token = secret_of(object, "access_token"),
                       .id_token = secret_of(object, "id_token"),
                       .refresh_token = secret_of(object, "refresh_token"),
                       .expires_in = life_of(object.find("expires_in"))};
  if (tokens.access_token.empty()) return refuse(code, "no access token");
  if (use == TokenUse::sign_in && tokens.id_token.empty()) return refuse(code, "no ID token");
  return tokens;
}

Result<std::string> parse_pushed_response(const http::FetchResponse& response) {
  TRY(const auto object, read_answer(response, false));
  const std::string* uri = text_of(object, "request_uri");
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (uri == nullptr || uri->empty() || uri->size() > max_request_uri ||
      !std::ranges::all_of(*uri, is_visible)) {
    return refuse(code, "no request_uri in the answer to a pushed request");
  }
  return *uri;
}

}  // namespace rollcall::oidc

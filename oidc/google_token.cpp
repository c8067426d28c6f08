#include "oidc/compact.h"
#include "oidc/directory_groups.h"
#include "oidc/own_keys.h"
#include "oidc/url.h"

namespace rollcall::oidc {
namespace {

constexpr std::chrono::seconds assertion_life{300};

Error no_key_file(std::string_view what) {
  return Error(Fault::invalid_value,
               "This is no key file of a Google service account: " + std::string(what) + ".");
}

struct ServiceAccount {
  std::string email;
  SigningKey key;
};

/// As Google's console hands it out. What is wrong is told without any of the file's text.
Result<ServiceAccount> read_service_account(const Secret& file) {
  auto document = json::parse(file.reveal());
  const json::Object* object = document ? document->object() : nullptr;
  if (object == nullptr) return no_key_file("it is no JSON object");
  const std::string* type = text_of(*object, "type");
  if (type == nullptr || *type != "service_account") return no_key_file("its type is another");
  const std::string* email = text_of(*object, "client_email");
  const std::string* kid = text_of(*object, "private_key_id");
  const std::string* pem = text_of(*object, "private_key");
  if (email == nullptr || kid == nullptr || pem == nullptr) {
    return no_key_file("client_email, private_key_id or private_key is missing");
  }
  auto key = PrivateKey::from_pem(Secret(*pem));
  if (!key || key->kind() != KeyKind::rsa) return no_key_file("its private_key is no RSA key");
  return ServiceAccount{
      .email = *email,
      .key = {.key = *std::move(key), .algorithm = SignatureScheme::rsa_pkcs1_sha256, .kid = *kid}};
}

/// Never from the file, which a customer uploads: the assertion would go wherever it says.
std::string token_endpoint(const DirectoryApi& api) {
  const auto url = parse_url(api.base_url);
  const bool is_google = url && url->secure && url->host.ends_with(".googleapis.com");
  return is_google ? "https://oauth2.googleapis.com/token" : api.base_url + "/token";
}

}  // namespace

Result<http::FetchRequest> google_token_request(const DirectoryApi& api,
                                                const Secret& service_account,
                                                std::string_view administrator, Timestamp now,
                                                bool nested) {
  TRY(const auto account, read_service_account(service_account));
  const std::string endpoint = token_endpoint(api);
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  const std::int64_t issued = seconds.time_since_epoch().count();
  const json::Object claims{
      {"iss", account.email},
      {"sub", administrator},
      {"scope", nested ? "https://www.googleapis.com/auth/cloud-identity.groups.readonly"
                       : "https://www.googleapis.com/auth/admin.directory.group.readonly"},
      {"aud", endpoint},
      {"iat", issued},
      {"exp", issued + assertion_life.count()}};
  const std::vector<http::Parameter> form{
      {"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"},
      {"assertion", sign(account.key, "JWT", claims)}};
  return http::FetchRequest{.method = http::Method::post,
                            .url = endpoint,
                            .fields = {{"Content-Type", "application/x-www-form-urlencoded"},
                                       {"Accept", "application/json"}},
                            .body = form_text(form),
                            .plain_loopback = api.plain_loopback};
}

}  // namespace rollcall::oidc

#include "oidc/provider_metadata.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "oidc/entra_issuer.h"
#include "oidc/metadata_warnings.h"
#include "oidc/plain_text.h"
#include "oidc/refusal.h"
#include "oidc/url.h"

#include <algorithm>
#include <set>

namespace rollcall::oidc {
namespace {

constexpr std::size_t max_document = std::size_t{1024} * 1024;
constexpr std::size_t max_entries = 1'000;
constexpr std::size_t max_entry = 256;

Error for_administrator(std::string sentence) {
  return Error(Fault::invalid_value, std::move(sentence));
}

Error unusable(std::string why) {
  Error error(Fault::unavailable, "What the identity provider says of itself cannot be used.",
              std::move(why));
  error.with_code("idp_unreachable");
  return error;
}

/// The members of a document that we read. The first that cannot be used is the problem.
class Document {
 public:
  Document(const json::Object& object, bool insecure) : object_(object), insecure_(insecure) {}

  /// "" if it is not there.
  std::string endpoint(std::string_view name) {
    const json::Value* value = find(name);
    if (value == nullptr) return {};
    const std::string* url = value->string();
    if (url != nullptr && is_endpoint(*url, insecure_)) return *url;
    complain(name, "is no https URL that can be called");
    return {};
  }
  std::string required_endpoint(std::string_view name) {
    if (find(name) == nullptr) complain(name, "is missing");
    return endpoint(name);
  }
  std::vector<std::string> texts(std::string_view name) {
    const json::Value* value = find(name);
    if (value == nullptr) return {};
    std::vector<std::string> texts;
    const json::Array* array = value->array();
    if (array != nullptr && array->size() <= max_entries) {
      for (const json::Value& entry : *array) {
        const std::string* text = entry.string();
        if (text != nullptr && text->size() <= max_entry) texts.push_back(*text);
      }
    }
    if (array == nullptr || texts.size() != array->size()) complain(name, "is no list of words");
    return texts;
  }
  bool flag(std::string_view name) {
    const json::Value* value = find(name);
    if (value == nullptr) return false;
    if (value->boolean() == nullptr) complain(name, "is neither true nor false");
    return value->boolean() != nullptr && *value->boolean();
  }
  void complain(std::string_view name, std::string_view what) {
    if (problem_.empty()) problem_.append(name).append(" ").append(what);
  }
  const std::string& problem() const { return problem_; }

 private:
  const json::Value* find(std::string_view name) const {
    const json::Value* value = object_.find(name);
    return value == nullptr || value->is_null() ? nullptr : value;
  }

  const json::Object& object_;
  bool insecure_;
  std::string problem_;
};

/// Discovery §4.3; spec/oidc 1.5 for Entra's template.
Result<> check_issuer(const json::Object& object, const ClientSettings& settings) {
  const json::Value* value = object.find("issuer");
  const std::string* issuer = value == nullptr ? nullptr : value->string();
  if (issuer == nullptr) return refuse("issuer_mismatch", "the metadata has no issuer");
  if (*issuer == settings.issuer) return {};
  if (is_shared_issuer(settings.issuer)) {
    const auto fits = [&](std::string_view tenant) {
      return *issuer == issuer_of_tenant(settings.issuer, tenant);
    };
    const auto fits_id = [&](std::string_view tenant) { return fits(ascii_lower(tenant)); };
    if (fits(tenant_placeholder) || std::ranges::any_of(settings.tenants, fits_id)) return {};
  }
  return refuse("issuer_mismatch",
                "the metadata is of " + plain_text(*issuer) + ", not of " + settings.issuer);
}

ProviderMetadata read(Document& document, std::string issuer) {
  ProviderMetadata metadata;
  metadata.issuer = std::move(issuer);
  metadata.authorization_endpoint = document.required_endpoint("authorization_endpoint");
  metadata.token_endpoint = document.required_endpoint("token_endpoint");
  metadata.jwks_uri = document.required_endpoint("jwks_uri");
  metadata.userinfo_endpoint = document.endpoint("userinfo_endpoint");
  metadata.end_session_endpoint = document.endpoint("end_session_endpoint");
  metadata.pushed_authorization_request_endpoint =
      document.endpoint("pushed_authorization_request_endpoint");
  metadata.require_pushed_authorization_requests =
      document.flag("require_pushed_authorization_requests");
  metadata.authorization_response_iss_parameter_supported =
      document.flag("authorization_response_iss_parameter_supported");
  metadata.response_types_supported = document.texts("response_types_supported");
  metadata.response_modes_supported = document.texts("response_modes_supported");
  metadata.token_endpoint_auth_methods_supported =
      document.texts("token_endpoint_auth_methods_supported");
  metadata.id_token_signing_alg_values_supported =
      document.texts("id_token_signing_alg_values_supported");
  metadata.scopes_supported = document.texts("scopes_supported");
  metadata.code_challenge_methods_supported = document.texts("code_challenge_methods_supported");
  return metadata;
}

}  // namespace

bool is_endpoint(std::string_view text, bool allow_insecure_loopback) {
  const auto url = parse_url(text);
  if (!url || url->has_fragment) return false;
  return url->secure || (allow_insecure_loopback && is_loopback(*url));
}

Result<std::string> discovery_url(const ClientSettings& settings) {
  std::string_view issuer = settings.issuer;
  const auto url = parse_url(issuer);
  if (!url || url->query || !is_endpoint(issuer, settings.allow_insecure_loopback)) {
    return for_administrator(
        "The issuer must be an https URL without user name, query and fragment.");
  }
  if (!std::ranges::all_of(settings.tenants, is_guid)) {
    return for_administrator("Every tenant must be the tenant's id, which is a GUID.");
  }
  if (is_shared_issuer(issuer) && settings.tenants.empty()) {
    return for_administrator(
        "This issuer speaks for every tenant: name the tenants whose people may come in, or use "
        "the issuer of one tenant.");
  }
  if (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer).append("/.well-known/openid-configuration");
}

Result<ProviderMetadata> parse_provider_metadata(std::string_view text,
                                                 const ClientSettings& settings) {
  if (text.size() > max_document) return unusable("the metadata is larger than 1 MiB");
  const auto value = json::parse(text);
  if (!value) return unusable("the metadata is no JSON: " + plain_text(value.error().detail()));
  const json::Object* object = value->object();
  if (object == nullptr) return unusable("the metadata is no JSON object");
  CHECK_OK(check_issuer(*object, settings));

  Document document(*object, settings.allow_insecure_loopback);
  ProviderMetadata metadata = read(document, *object->find("issuer")->string());
  const auto& types = metadata.response_types_supported;
  if (!types.empty() && !contains(types, "code")) {
    document.complain("response_types_supported", "has no \"code\"");
  }
  if (metadata.require_pushed_authorization_requests &&
      metadata.pushed_authorization_request_endpoint.empty()) {
    document.complain("pushed_authorization_request_endpoint", "is missing, but required");
  }
  if (!document.problem().empty()) return unusable("in the metadata, " + document.problem());
  metadata.warnings = document_warnings(metadata, settings.issuer);
  return metadata;
}

std::vector<std::string> endpoint_hosts(const ProviderMetadata& metadata) {
  std::set<std::string> hosts;
  for (const std::string* endpoint :
       {&metadata.authorization_endpoint, &metadata.token_endpoint, &metadata.jwks_uri,
        &metadata.userinfo_endpoint, &metadata.end_session_endpoint,
        &metadata.pushed_authorization_request_endpoint}) {
    if (const auto url = parse_url(*endpoint)) hosts.insert(ascii_lower(url->host));
  }
  return {hosts.begin(), hosts.end()};
}

}  // namespace rollcall::oidc

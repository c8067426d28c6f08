#include "gateway/admin/organization_file_parts.h"

#include <array>

namespace rollcall::admin {
namespace {

using Words = std::span<const std::string_view>;

constexpr std::array<std::string_view, 2> protocols{"saml", "oidc"};
constexpr std::array<std::string_view, 9> vendors{
    "okta", "entra", "google", "onelogin", "pingone", "adfs", "keycloak", "jumpcloud", "generic"};
constexpr std::array<std::string_view, 3> group_sources{"assertion", "directory", "none"};
constexpr std::array<std::string_view, 3> absent_groups{"keep", "empty", "deny"};
constexpr std::array<std::string_view, 2> group_matches{"exact", "casefold"};
constexpr std::array<std::string_view, 4> signed_parts{"response", "assertion", "either", "both"};
constexpr std::array<std::string_view, 3> request_signing{"auto", "always", "never"};
constexpr std::array<std::string_view, 2> response_modes{"query", "form_post"};
constexpr std::array<std::string_view, 4> token_auths{"client_secret_basic", "client_secret_post",
                                                      "private_key_jwt", "none"};
constexpr std::array<std::string_view, 2> email_verifiers{"claim", "domain"};

constexpr std::size_t max_certificate = 16 * 1024;

void read_saml(const yaml::Node& node, const std::string& where, Problems& problems) {
  Fields fields(node, where, problems);
  fields.text("metadata_url");
  fields.text("metadata_file");
  fields.word("require_signed", signed_parts);
  fields.word("sign_requests", request_signing);
  if (const yaml::Node* idp = fields.node("idp")) {
    Fields members(*idp, where + ".idp", problems);
    members.text("entity_id");
    members.text("sso_url");
    members.text("slo_url");
    if (const auto* certificates = members.list("certificates")) {
      for (const yaml::Node& certificate : *certificates) {
        if (certificate.kind != yaml::Node::Kind::scalar || certificate.text.empty() ||
            certificate.text.size() > max_certificate) {
          members.problem(certificate.mark.line, "a certificate must be PEM text");
        }
      }
    }
    members.done();
  }
  if (const yaml::Node* sp = fields.node("sp")) {
    Fields members(*sp, where + ".sp", problems);
    members.text("entity_id");
    members.text("acs_url");
    members.done();
  }
  fields.done();
}

void read_oidc(const yaml::Node& node, const std::string& where, Problems& problems) {
  Fields fields(node, where, problems);
  fields.text("issuer");
  fields.text("client_id");
  fields.texts("scopes");
  fields.word("token_auth", token_auths);
  fields.texts("algorithms");
  fields.word("response_mode", response_modes);
  fields.boolean("allow_insecure_loopback");
  fields.word("email_verified_by", email_verifiers);
  // A secret is stored only once it can be stored encrypted.
  fields.not_available("client_secret");
  fields.not_available("client_secret_file");
  fields.done();
}

void read_attribute_map(Fields& fields, const std::string& where, Problems& problems) {
  const yaml::Node* node = fields.node("attribute_map");
  if (!node) return;
  Fields map(*node, where + ".attribute_map", problems);
  for (const yaml::Entry& entry : node->entries) map.text(entry.key);
}

}  // namespace

DeclaredConnection read_connection(const yaml::Node& node, const std::string& where,
                                   Problems& problems) {
  Fields fields(node, where, problems);
  DeclaredConnection connection;
  connection.line = node.mark.line;
  fields.require("id");
  connection.id = fields.text("id", 63).value_or("");
  fields.require("protocol");
  fields.word("protocol", protocols);
  fields.word("vendor", vendors);
  fields.boolean("jit");
  fields.texts("domains");
  fields.word("groups_source", group_sources);
  fields.text("groups_claim");
  fields.text("groups_separator", 16);
  fields.word("groups_absent", absent_groups);
  fields.word("group_match", group_matches);
  fields.texts("allow_groups");
  fields.boolean("include_nested");
  fields.integer("max_groups", 1, 100'000);
  fields.boolean("idp_initiated");
  fields.boolean("enabled");
  fields.word("email_verified_by", email_verifiers);
  read_attribute_map(fields, where, problems);
  if (const yaml::Node* saml = fields.node("saml")) read_saml(*saml, where + ".saml", problems);
  if (const yaml::Node* oidc = fields.node("oidc")) read_oidc(*oidc, where + ".oidc", problems);
  fields.done();
  const json::Value settings = to_json(node);
  if (settings.object()) connection.settings = *settings.object();
  connection.settings.erase("id");
  return connection;
}

}  // namespace rollcall::admin

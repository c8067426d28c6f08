#include "gateway/admin/organization_file_parts.h"
#include "gateway/directory/domains.h"
#include "oidc/algorithms.h"
#include "oidc/entra_issuer.h"

#include <array>
#include <initializer_list>

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
constexpr std::array<std::string_view, 5> token_auths{
    "client_secret_basic", "client_secret_post", "client_secret_jwt", "private_key_jwt", "none"};
constexpr std::array<std::string_view, 2> email_verifiers{"claim", "domain"};

constexpr std::size_t max_certificate = 16 * 1024;
constexpr std::size_t max_secret = 16 * 1024;
constexpr std::int64_t most_skew = 300;
constexpr std::int64_t most_age = 31'536'000;

/// `key`, which may have several lines, or the file that `file_key` names, as the secret of that
/// name; null for none.
void read_secret(Fields& fields, std::string_view key, std::string_view file_key,
                 std::string_view name, std::vector<DeclaredSecret>& secrets) {
  const yaml::Node* text = fields.node(key);
  const yaml::Node* file = fields.node(file_key);
  if (text && file) {
    return fields.problem(text->mark.line, "\"" + std::string(key) + "\" and \"" +
                                               std::string(file_key) + "\": keep one of them");
  }
  if (file) {
    if (auto path = fields.text(file_key)) {
      secrets.push_back({file->mark.line, name, Secret(), *std::move(path)});
    }
    return;
  }
  if (!text) return;
  const bool is_text = text->kind == yaml::Node::Kind::scalar && !text->text.empty() &&
                       text->text.size() <= max_secret;
  if (to_json(*text).is_null()) {
    secrets.push_back({text->mark.line, name});
  } else if (is_text) {
    secrets.push_back({text->mark.line, name, Secret(text->text)});
  } else {
    fields.problem(text->mark.line,
                   "\"" + std::string(key) + "\" must be text of at most 16 KB, or null for none");
  }
}

/// Nothing secret stays among the settings.
void hide(json::Object& settings, std::string_view block,
          std::initializer_list<std::string_view> keys) {
  json::Value* value = settings.find(block);
  if (!value || !value->object()) return;
  for (const std::string_view key : keys) value->object()->erase(key);
}

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

/// Calls `check` with each item of a list of texts; what it says of one is the problem.
template <class Check>
void read_each(Fields& fields, std::string_view key, const Check& check) {
  const auto texts = fields.texts(key);
  const yaml::Node* list = fields.node(key);
  // Where an item is no text, that is the problem.
  if (!texts || texts->size() != list->items.size()) return;
  for (std::size_t i = 0; i < texts->size(); ++i) {
    const std::string sentence = check((*texts)[i]);
    if (!sentence.empty()) fields.problem(list->items[i].mark.line, sentence);
  }
}

std::string fault_of_domain(const std::string& name) {
  return normal_domain(name) ? "" : "\"" + name + "\" is not the name of an e-mail domain";
}

std::string fault_of_algorithm(const std::string& name) {
  if (oidc::parse_signature_scheme(name)) return "";
  return "\"algorithms\" knows RS, PS and ES with 256, 384 or 512, and EdDSA, not \"" + name + "\"";
}

/// A tenant's domain name may pass to another tenant; its id may not (spec/oidc 1.5).
std::string fault_of_tenant(const std::string& id) {
  return oidc::is_guid(id) ? "" : "a tenant is named by its id, a GUID, not \"" + id + "\"";
}

void read_oidc(const yaml::Node& node, const std::string& where, Problems& problems,
               std::vector<DeclaredSecret>& secrets) {
  Fields fields(node, where, problems);
  fields.text("issuer");
  fields.text("client_id");
  fields.texts("scopes");
  fields.word("token_auth", token_auths);
  read_each(fields, "algorithms", fault_of_algorithm);
  fields.word("response_mode", response_modes);
  fields.boolean("allow_insecure_loopback");
  fields.word("email_verified_by", email_verifiers);
  read_each(fields, "tenants", fault_of_tenant);
  fields.texts("audiences");
  fields.texts("acr_values");
  fields.integer("clock_skew", 0, most_skew);
  fields.integer("max_age", 0, most_age);
  fields.boolean("encrypted_id_token");
  fields.boolean("logout_at_idp");
  read_secret(fields, "client_secret", "client_secret_file", "client_secret", secrets);
  fields.done();
}

/// Where groups are asked for beside the token.
void read_directory(const yaml::Node& node, const std::string& where, Problems& problems,
                    std::vector<DeclaredSecret>& secrets) {
  Fields fields(node, where, problems);
  fields.text("url");
  fields.text("administrator", 320);
  read_secret(fields, "token", "token_file", "directory_token", secrets);
  read_secret(fields, "service_account", "service_account_file", "service_account", secrets);
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
  read_each(fields, "domains", fault_of_domain);
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
  if (const yaml::Node* oidc = fields.node("oidc")) {
    read_oidc(*oidc, where + ".oidc", problems, connection.secrets);
  }
  if (const yaml::Node* directory = fields.node("directory")) {
    read_directory(*directory, where + ".directory", problems, connection.secrets);
  }
  fields.done();
  const json::Value settings = to_json(node);
  if (settings.object()) connection.settings = *settings.object();
  connection.settings.erase("id");
  hide(connection.settings, "oidc", {"client_secret", "client_secret_file"});
  hide(connection.settings, "directory",
       {"token", "token_file", "service_account", "service_account_file"});
  return connection;
}

}  // namespace rollcall::admin

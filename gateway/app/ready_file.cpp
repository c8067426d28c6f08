#include "gateway/app/ready_file.h"

#include "gateway/app/files.h"
#include "gateway/sign_in/connection.h"

#include <optional>
#include <stdexcept>
#include <string>

namespace rollcall::app {
namespace {

constexpr std::string_view token_name = "ready-file";
constexpr std::size_t max_file = 1024 * 1024;

/// The secrets that an earlier ready file holds; empty where it holds none.
class Earlier {
 public:
  explicit Earlier(const std::filesystem::path& file) {
    const auto text = read_file(file, max_file);
    auto document = text ? json::parse(*text) : Result<json::Value>(text.error());
    if (document) document_ = *std::move(document);
  }

  std::string_view admin_token() const { return text(document_, "admin_token"); }

  std::string_view scim_token(std::string_view organization, std::string_view connection) const {
    for (const json::Value& entry : list(document_, "organizations")) {
      if (text(entry, "slug") != organization) continue;
      for (const json::Value& scim : list(entry, "scim")) {
        if (text(scim, "connection") == connection) return text(scim, "token");
      }
    }
    return {};
  }

 private:
  static const json::Value* member(const json::Value& value, std::string_view name) {
    const json::Object* object = value.object();
    return object ? object->find(name) : nullptr;
  }
  static std::string_view text(const json::Value& value, std::string_view name) {
    const json::Value* found = member(value, name);
    const std::string* text = found ? found->string() : nullptr;
    return text ? std::string_view(*text) : std::string_view();
  }
  static const json::Array& list(const json::Value& value, std::string_view name) {
    static const json::Array none;
    const json::Value* found = member(value, name);
    const json::Array* array = found ? found->array() : nullptr;
    return array ? *array : none;
  }

  json::Value document_;
};

bool same_use(const Token& token, const NewToken& wanted) {
  return token.kind == wanted.kind && token.scim_connection == wanted.scim_connection;
}

/// `earlier` if it still works for what is wanted, else a new secret; then older ones are revoked.
Result<std::string> working_token(Transaction& transaction, std::string_view earlier,
                                  const NewToken& wanted) {
  Tokens tokens = transaction.tokens();
  const auto known = earlier.empty() ? std::nullopt : tokens.find(token_hash(earlier));
  if (known && known->alive(transaction.now()) && same_use(*known, wanted)) {
    return std::string(earlier);
  }
  for (const Token& old : tokens.list(wanted.organization)) {
    const bool ours = old.name == token_name && same_use(old, wanted);
    if (ours && old.alive(transaction.now())) CHECK_OK(tokens.revoke(old.id));
  }
  TRY(const CreatedToken created, tokens.add(wanted));
  return std::string(created.secret.reveal());
}

json::Object oidc_addresses(const sign_in::SignInConnection& connection, const Urls& urls) {
  const auto url = [&](std::string_view endpoint) {
    return sign_in::oidc_url(urls.base, connection, endpoint);
  };
  return {{"redirect_uri", url("callback")}, {"backchannel_logout_uri", url("backchannel-logout")}};
}

/// Those that the settings state, where an IdP already knows us by others, go before ours.
json::Object saml_addresses(const sign_in::SignInConnection& connection, const Connection& row,
                            const Urls& urls) {
  const auto settings = json::parse(row.settings);
  const auto stated = [&](const char* name, std::string otherwise) {
    const json::Value* value = settings ? &*settings : nullptr;
    for (const char* step : {"saml", "sp", name}) {
      value = value && value->object() ? value->object()->find(step) : nullptr;
    }
    return value && value->string() ? *value->string() : std::move(otherwise);
  };
  const std::string at = urls.base + "/saml/" + connection.name() + "/";
  return {{"entity_id", stated("entity_id", at + "metadata")},
          {"acs_url", stated("acs_url", at + "acs")},
          {"metadata_url", at + "metadata"},
          {"slo_url", at + "slo"}};
}

Result<json::Array> connection_entries(Transaction& transaction, const KeyRing& keys,
                                       const Organization& organization, const Urls& urls) {
  json::Array entries;
  for (const Connection& row : transaction.organizations().connections(organization.key)) {
    TRY(const auto connection,
        sign_in::find_connection(transaction, keys, organization.slug, row.id));
    const bool oidc = connection.protocol == sign_in::Protocol::oidc;
    const std::string protocol = oidc ? "oidc" : "saml";
    entries.emplace_back(json::Object{{"id", connection.id},
                                      {"protocol", protocol},
                                      {"login_url", sign_in::login_url(urls.base, connection)},
                                      {"state", sign_in::name(connection.state)},
                                      {protocol, oidc ? oidc_addresses(connection, urls)
                                                      : saml_addresses(connection, row, urls)}});
  }
  return entries;
}

Result<json::Value> organization_entry(Transaction& transaction, const KeyRing& keys,
                                       const Earlier& earlier, const Organization& organization,
                                       const Urls& urls) {
  json::Array scim;
  for (const auto& connection : transaction.organizations().scim_connections(organization.key)) {
    const NewToken wanted{TokenKind::scim, organization.key, connection.key,
                          std::string(token_name), std::nullopt};
    TRY(std::string token,
        working_token(transaction, earlier.scim_token(organization.slug, connection.id), wanted));
    scim.emplace_back(json::Object{{"connection", connection.id},
                                   {"base_url", urls.base + "/scim/v2"},
                                   {"token", std::move(token)}});
  }
  TRY(json::Array connections, connection_entries(transaction, keys, organization, urls));
  return json::Value(json::Object{{"slug", organization.slug},
                                  {"scim", std::move(scim)},
                                  {"connections", std::move(connections)}});
}

Result<json::Object> describe(Transaction& transaction, const KeyRing& keys, const Earlier& earlier,
                              const Urls& urls) {
  const NewToken wanted{TokenKind::operator_, std::nullopt, std::nullopt, std::string(token_name),
                        std::nullopt};
  TRY(std::string admin_token, working_token(transaction, earlier.admin_token(), wanted));
  json::Array organizations;
  for (const Organization& organization : transaction.organizations().list()) {
    TRY(json::Value entry, organization_entry(transaction, keys, earlier, organization, urls));
    organizations.push_back(std::move(entry));
  }
  return json::Object{{"base_url", urls.base},
                      {"admin_url", urls.base + "/api/v1"},
                      {"metrics_url", urls.operations + "/metrics"},
                      {"admin_token", std::move(admin_token)},
                      {"organizations", std::move(organizations)}};
}

}  // namespace

json::Object ready_document(const std::filesystem::path& file, Directory& directory,
                            const KeyRing& keys, const Urls& urls) {
  const Earlier earlier(file);
  auto document = directory.write_now(Actor{}, [&](Transaction& transaction) {
    return describe(transaction, keys, earlier, urls);
  });
  if (!document)
    throw std::runtime_error("no tokens for the ready file: " + document.error().detail());
  return *std::move(document);
}

void write_ready_file(const std::filesystem::path& file, const json::Object& document) {
  write_private_file(file, json::write(json::Value(document)) + "\n");
}

}  // namespace rollcall::app

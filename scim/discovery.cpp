#include "scim/discovery.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "scim/list_query.h"
#include "scim/schema.h"

#include <string>
#include <utility>
#include <vector>

namespace rollcall::scim {
namespace {

using json::Array;
using json::Object;

constexpr std::string_view config_urn =
    "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
constexpr std::string_view resource_type_urn = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
constexpr std::string_view list_urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";

Object meta(std::string_view resource_type, std::string_view base_url, std::string_view path) {
  return {{"resourceType", resource_type}, {"location", std::string(base_url) + std::string(path)}};
}

/// Stands for the base URL in what is rendered once.
constexpr std::string_view any_base = "{base}";

/// A document rendered once, to be filled in with the base URL of each request.
class Template {
 public:
  explicit Template(const Object& document) {
    std::string text = json::write(document);
    for (std::size_t at = text.find(any_base); at != std::string::npos; at = text.find(any_base)) {
      parts_.push_back(text.substr(0, at));
      text.erase(0, at + any_base.size());
    }
    parts_.push_back(std::move(text));
  }
  std::string with(std::string_view base_url) const {
    std::string text = parts_.front();
    for (auto part = parts_.begin() + 1; part != parts_.end(); ++part) {
      text.append(base_url).append(*part);
    }
    return text;
  }

 private:
  std::vector<std::string> parts_;
};

Object list(Array resources) {
  const auto total = static_cast<std::int64_t>(resources.size());
  return Object{{"schemas", Array{list_urn}},
                {"totalResults", total},
                {"startIndex", 1},
                {"itemsPerPage", total},
                {"Resources", std::move(resources)}};
}

Object resource_type_document(const ResourceType& type, std::string_view base_url) {
  Array extensions;
  for (const Schema* extension : type.extensions) {
    extensions.push_back(Object{{"schema", extension->id}, {"required", false}});
  }
  return {{"schemas", Array{resource_type_urn}},
          {"id", type.name},
          {"name", type.name},
          {"endpoint", type.endpoint},
          {"description", type.description},
          {"schema", type.schema->id},
          {"schemaExtensions", std::move(extensions)},
          {"meta", meta("ResourceType", base_url, "/ResourceTypes/" + std::string(type.name))}};
}

Object schema_document(const Schema& schema, std::string_view base_url) {
  Object document = schema.definition;
  document.set("meta", meta("Schema", base_url, "/Schemas/" + schema.id));
  return document;
}

Object config_document() {
  const Object token{{"type", "oauthbearertoken"},
                     {"name", "OAuth Bearer Token"},
                     {"description", "A bearer token of this SCIM connection (RFC 6750)."},
                     {"specUri", "https://www.rfc-editor.org/info/rfc6750"},
                     {"primary", true}};
  return Object{{"schemas", Array{config_urn}},
                {"patch", Object{{"supported", true}}},
                {"bulk", Object{{"supported", false}, {"maxOperations", 0}, {"maxPayloadSize", 0}}},
                {"filter", Object{{"supported", true}, {"maxResults", max_count}}},
                {"changePassword", Object{{"supported", false}}},
                {"sort", Object{{"supported", true}}},
                {"etag", Object{{"supported", true}}},
                {"pagination", Object{{"cursor", false},
                                      {"index", true},
                                      {"defaultPaginationMethod", "index"},
                                      {"defaultPageSize", default_count},
                                      {"maxPageSize", max_count}}},
                {"authenticationSchemes", Array{token}},
                {"meta", meta("ServiceProviderConfig", any_base, "/ServiceProviderConfig")}};
}

}  // namespace

std::string service_provider_config(std::string_view base_url) {
  static const Template text(config_document());
  return text.with(base_url);
}

std::string resource_types(std::string_view base_url) {
  static const Template text(list({resource_type_document(user_type(), any_base),
                                   resource_type_document(group_type(), any_base)}));
  return text.with(base_url);
}

std::optional<std::string> resource_type(std::string_view name, std::string_view base_url) {
  for (const ResourceType* type : {&user_type(), &group_type()}) {
    if (iequals(type->name, name)) return json::write(resource_type_document(*type, base_url));
  }
  return std::nullopt;
}

std::string schemas(std::string_view base_url) {
  static const Template text([] {
    Array documents;
    for (const Schema* schema : published_schemas()) {
      documents.push_back(schema_document(*schema, any_base));
    }
    return list(std::move(documents));
  }());
  return text.with(base_url);
}

std::optional<std::string> schema(std::string_view urn, std::string_view base_url) {
  for (const Schema* schema : published_schemas()) {
    if (iequals(schema->id, urn)) return json::write(schema_document(*schema, base_url));
  }
  return std::nullopt;
}

}  // namespace rollcall::scim

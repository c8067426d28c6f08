#include "scim/schema.h"

#include "gateway/base/text.h"
#include "scim/schema_documents.h"

#include <array>
#include <stdexcept>
#include <utility>

namespace rollcall::scim {
namespace {

[[noreturn]] void refuse(std::string_view what) {
  throw std::logic_error("scim/schemas: bad document: " + std::string(what));
}

const json::Value& member(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  if (value == nullptr) refuse(name);
  return *value;
}

std::string text(const json::Object& object, std::string_view name) {
  const std::string* value = member(object, name).string();
  if (value == nullptr) refuse(name);
  return *value;
}

bool flag(const json::Object& object, std::string_view name) {
  const bool* value = member(object, name).boolean();
  if (value == nullptr) refuse(name);
  return *value;
}

std::vector<std::string> texts(const json::Object& object, std::string_view name) {
  std::vector<std::string> out;
  const json::Value* value = object.find(name);
  if (value == nullptr) return out;
  for (const json::Value& element : *value->array()) out.push_back(*element.string());
  return out;
}

template <class Enum, std::size_t Size>
Enum word(const json::Object& object, std::string_view name,
          const std::array<std::pair<std::string_view, Enum>, Size>& words) {
  const std::string wanted = text(object, name);
  for (const auto& [spelling, value] : words) {
    if (spelling == wanted) return value;
  }
  refuse(wanted);
}

constexpr std::array<std::pair<std::string_view, Type>, 8> types{{
    {"string", Type::string},
    {"boolean", Type::boolean},
    {"decimal", Type::decimal},
    {"integer", Type::integer},
    {"dateTime", Type::date_time},
    {"binary", Type::binary},
    {"reference", Type::reference},
    {"complex", Type::complex},
}};
constexpr std::array<std::pair<std::string_view, Mutability>, 4> mutabilities{{
    {"readOnly", Mutability::read_only},
    {"readWrite", Mutability::read_write},
    {"immutable", Mutability::immutable},
    {"writeOnly", Mutability::write_only},
}};
constexpr std::array<std::pair<std::string_view, Returned>, 4> returns{{
    {"always", Returned::always},
    {"never", Returned::never},
    {"default", Returned::default_},
    {"request", Returned::request},
}};
constexpr std::array<std::pair<std::string_view, Uniqueness>, 3> uniquenesses{{
    {"none", Uniqueness::none},
    {"server", Uniqueness::server},
    {"global", Uniqueness::global},
}};

std::vector<Attribute> load_attributes(const json::Value& list);

Attribute load_attribute(const json::Object& object) {
  Attribute attribute;
  attribute.name = text(object, "name");
  attribute.type = word(object, "type", types);
  attribute.multi_valued = flag(object, "multiValued");
  attribute.required = flag(object, "required");
  attribute.mutability = word(object, "mutability", mutabilities);
  attribute.returned = word(object, "returned", returns);
  attribute.canonical_values = texts(object, "canonicalValues");
  attribute.reference_types = texts(object, "referenceTypes");
  if (attribute.complex()) {
    attribute.sub_attributes = load_attributes(member(object, "subAttributes"));
  } else {
    attribute.case_exact = flag(object, "caseExact");
    attribute.uniqueness = word(object, "uniqueness", uniquenesses);
  }
  return attribute;
}

std::vector<Attribute> load_attributes(const json::Value& list) {
  std::vector<Attribute> out;
  for (const json::Value& element : *list.array()) out.push_back(load_attribute(*element.object()));
  return out;
}

Schema load(std::string_view document) {
  auto parsed = json::parse(document);
  if (!parsed) refuse(parsed.error().detail());
  Schema schema;
  schema.definition = std::move(*parsed->object());
  schema.id = text(schema.definition, "id");
  schema.name = text(schema.definition, "name");
  schema.attributes = load_attributes(member(schema.definition, "attributes"));
  return schema;
}

struct Catalogue {
  Schema common = load(common_schema_text);
  Schema user = load(user_schema_text);
  Schema group = load(group_schema_text);
  Schema enterprise = load(enterprise_schema_text);
  Schema licensed = load(licensed_schema_text);
  std::array<const Schema*, 4> published{&user, &group, &enterprise, &licensed};
  ResourceType user_type{ResourceKind::user,      "User", "/Users", "User Account", &user, &common,
                         {&enterprise, &licensed}};
  ResourceType group_type{ResourceKind::group, "Group", "/Groups", "Group", &group, &common, {}};

  Catalogue() = default;
  Catalogue(const Catalogue&) = delete;
  Catalogue& operator=(const Catalogue&) = delete;
};

const Catalogue& catalogue() {
  static const Catalogue loaded;
  return loaded;
}

const Attribute* find_in(std::span<const Attribute> attributes, std::string_view name) {
  for (const Attribute& attribute : attributes) {
    if (iequals(attribute.name, name)) return &attribute;
  }
  return nullptr;
}

}  // namespace

const Attribute* Attribute::find(std::string_view sub_attribute) const {
  return find_in(sub_attributes, sub_attribute);
}

const Attribute* Schema::find(std::string_view attribute) const {
  return find_in(attributes, attribute);
}

const Attribute* ResourceType::find(std::string_view attribute) const {
  const Attribute* found = schema->find(attribute);
  return found != nullptr ? found : common->find(attribute);
}

const Schema* ResourceType::extension(std::string_view urn) const {
  for (const Schema* candidate : extensions) {
    if (iequals(candidate->id, urn)) return candidate;
  }
  return nullptr;
}

const ResourceType& user_type() { return catalogue().user_type; }
const ResourceType& group_type() { return catalogue().group_type; }
std::span<const Schema* const> published_schemas() { return catalogue().published; }

}  // namespace rollcall::scim

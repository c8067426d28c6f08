#include "scim/resource_reader.h"

#include "gateway/base/text.h"
#include "scim/canonical.h"
#include "scim/resource.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace rollcall::scim {
namespace {

Error twice(std::string_view name) {
  return {Fault::invalid_syntax, std::string(name.substr(0, 200)) + " appears twice."};
}

Result<> check_urn(const std::string& urn, const ResourceType& type, const Quirks& quirks) {
  if (iequals(urn, type.schema->id) || type.extension(urn) != nullptr) return {};
  return Error(quirks.ignore_unknown_attributes ? Fault::invalid_value : Fault::invalid_syntax,
               "schemas names " + urn.substr(0, 200) + ", which is no schema of a " +
                   std::string(type.name) + ".");
}

/// RFC 7643 §3: `schemas` is there and names schemas of this type only, each once.
Result<> check_schemas(const json::Value* schemas, const ResourceType& type, const Quirks& quirks) {
  const json::Array* urns = schemas != nullptr ? schemas->array() : nullptr;
  if (urns == nullptr || urns->empty()) {
    return Error(Fault::invalid_value, "schemas must be a non-empty array.");
  }
  std::unordered_set<std::string> seen;
  for (const json::Value& urn : *urns) {
    if (!urn.string()) return Error(Fault::invalid_value, "schemas must hold strings.");
    CHECK_OK(check_urn(*urn.string(), type, quirks));
    if (!seen.insert(ascii_lower(*urn.string())).second) {
      return Error(Fault::invalid_value, "schemas names a schema twice.");
    }
  }
  return {};
}

/// Makes the attributes of one schema canonical in place and drops what has no value afterwards.
class Reader {
 public:
  Reader(const ResourceType& type, const Quirks& quirks) : type_(type), quirks_(quirks) {}

  Result<> resource(json::Object& object) {
    for (json::Member& member : object) {
      CHECK_OK(member.name.find(':') == std::string::npos ? core(member) : urn(member));
    }
    drop_unassigned(object);
    return {};
  }

 private:
  Result<> core(json::Member& member) {
    if (const Attribute* attribute = type_.schema->find(member.name)) {
      return known(member, {nullptr, attribute, nullptr}, *type_.schema, seen_);
    }
    if (const Attribute* attribute = type_.common->find(member.name)) {
      CHECK_OK(known(member, {nullptr, attribute, nullptr}, *type_.common, seen_common_));
      if (attribute->name == "schemas") member.value = json::Value();
      return {};
    }
    return unknown(member);
  }

  Result<> urn(json::Member& member) {
    const Schema* extension = type_.extension(member.name);
    if (extension == nullptr) return unknown(member);
    const auto place = std::find(type_.extensions.begin(), type_.extensions.end(), extension);
    const std::uint64_t bit = std::uint64_t{1} << (place - type_.extensions.begin());
    if ((seen_extensions_ & bit) != 0) return twice(extension->id);
    seen_extensions_ |= bit;
    member.name = extension->id;
    if (member.value.is_null()) return {};
    json::Object* object = member.value.object();
    if (object == nullptr) {
      return Error(Fault::invalid_value, extension->id + " must be an object.");
    }
    std::uint64_t seen = 0;
    for (json::Member& inner : *object) {
      const Attribute* attribute = extension->find(inner.name);
      if (attribute == nullptr) {
        CHECK_OK(unknown(inner));
      } else {
        CHECK_OK(known(inner, {extension, attribute, nullptr}, *extension, seen));
      }
    }
    drop_unassigned(*object);
    if (object->empty()) member.value = json::Value();
    return {};
  }

  Result<> known(json::Member& member, const AttributePath& path, const Schema& schema,
                 std::uint64_t& seen) {
    const std::uint64_t bit = std::uint64_t{1} << (path.attribute - schema.attributes.data());
    if ((seen & bit) != 0) return twice(path.attribute->name);
    seen |= bit;
    if (member.name != path.attribute->name) member.name = path.attribute->name;
    const bool ignored = path.attribute->mutability == Mutability::read_only ||
                         path.attribute->returned == Returned::never ||
                         path.attribute->name == "members";
    if (ignored || path.attribute->name == "schemas") {
      member.value = json::Value();
      return {};
    }
    return canonicalize_value(path, member.value, quirks_);
  }

  Result<> unknown(json::Member& member) {
    if (!quirks_.ignore_unknown_attributes) {
      return Error(Fault::invalid_syntax, "A " + std::string(type_.name) + " has no attribute " +
                                              member.name.substr(0, 200) + ".");
    }
    member.value = json::Value();
    return {};
  }

  static void drop_unassigned(json::Object& object) {
    std::erase_if(object.members(),
                  [](const json::Member& member) { return member.value.is_null(); });
  }

  const ResourceType& type_;
  const Quirks& quirks_;
  std::uint64_t seen_ = 0;
  std::uint64_t seen_common_ = 0;
  std::uint64_t seen_extensions_ = 0;
};

}  // namespace

Result<> check_required(const json::Object& document, const ResourceType& type) {
  for (const Attribute& attribute : type.schema->attributes) {
    if (!attribute.required) continue;
    const json::Value* value = document.find(attribute.name);
    const std::string* text = value != nullptr ? value->string() : nullptr;
    if (text == nullptr || trim(*text).empty()) {
      return Error(Fault::invalid_value, attribute.name + " is required and must not be empty.");
    }
  }
  return {};
}

std::vector<std::string> schemas_of(const json::Object& document, const ResourceType& type) {
  std::vector<std::string> urns{type.schema->id};
  for (const Schema* extension : type.extensions) {
    if (document.find(extension->id) != nullptr) urns.push_back(extension->id);
  }
  return urns;
}

Result<json::Object> canonicalize(json::Value body, const ResourceType& type,
                                  const Quirks& quirks) {
  json::Object* object = body.object();
  if (object == nullptr) {
    return Error(Fault::invalid_syntax, "The body must be a JSON object.");
  }
  if (!quirks.ignore_schema_list) {
    CHECK_OK(check_schemas(object->find_ignoring_case("schemas"), type, quirks));
  }
  CHECK_OK(Reader(type, quirks).resource(*object));
  CHECK_OK(check_required(*object, type));
  auto& members = object->members();
  const std::vector<std::string> urns = schemas_of(*object, type);
  members.insert(members.begin(), {"schemas", json::Array(urns.begin(), urns.end())});
  return std::move(*object);
}

}  // namespace rollcall::scim

#pragma once

#include "gateway/base/json.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

enum class Type { string, boolean, decimal, integer, date_time, binary, reference, complex };
enum class Mutability { read_only, read_write, immutable, write_only };
enum class Returned { always, never, default_, request };
enum class Uniqueness { none, server, global };

/// One attribute or sub-attribute with its characteristics (RFC 7643 §2.2, §7).
struct Attribute {
  std::string name;
  Type type = Type::string;
  bool multi_valued = false;
  bool required = false;
  bool case_exact = false;
  Mutability mutability = Mutability::read_write;
  Returned returned = Returned::default_;
  Uniqueness uniqueness = Uniqueness::none;
  std::vector<std::string> canonical_values;
  std::vector<std::string> reference_types;
  std::vector<Attribute> sub_attributes;

  bool complex() const { return type == Type::complex; }
  /// By name in any case; null if there is none.
  const Attribute* find(std::string_view sub_attribute) const;
  /// What a comparison with a complex attribute means: its `value` sub-attribute, or null.
  const Attribute* value() const { return find("value"); }
};

/// One schema: the RFC's JSON document and what was read from it. Immutable after load.
struct Schema {
  std::string id;
  std::string name;
  std::vector<Attribute> attributes;
  /// As published under /Schemas, without meta.
  json::Object definition;

  /// By name in any case; null if there is none.
  const Attribute* find(std::string_view attribute) const;
};

enum class ResourceKind { user, group };

/// User or Group: the core schema, the attributes common to all resources, and the extensions.
struct ResourceType {
  ResourceKind kind;
  std::string_view name;      // "User"
  std::string_view endpoint;  // "/Users"
  std::string_view description;
  const Schema* schema;
  /// schemas, id, externalId, meta (RFC 7643 §3.1).
  const Schema* common;
  std::vector<const Schema*> extensions;

  /// A core or common attribute by name in any case; null if there is none.
  const Attribute* find(std::string_view attribute) const;
  /// An extension by URN in any case; null if there is none.
  const Schema* extension(std::string_view urn) const;
};

/// The resource types and schemas that are served; read once from the embedded documents. Any
/// thread.
const ResourceType& user_type();
const ResourceType& group_type();
/// User, Group, EnterpriseUser, LicensedUser.
std::span<const Schema* const> published_schemas();

constexpr std::string_view user_urn = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr std::string_view group_urn = "urn:ietf:params:scim:schemas:core:2.0:Group";
constexpr std::string_view enterprise_urn =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
/// licenseType (F44); an IdP's side knows it by dbt's name.
constexpr std::string_view license_urn = "urn:ietf:params:scim:schemas:extension:dbtLabs:2.0:User";

}  // namespace rollcall::scim

#include "scim/patch.h"

#include "gateway/base/text.h"
#include "scim/canonical.h"
#include "scim/patch_members.h"
#include "scim/patch_path.h"

#include <algorithm>
#include <string>
#include <utility>

namespace rollcall::scim {
namespace {

constexpr std::string_view patch_urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

Error missing_value() { return {Fault::invalid_value, "The operation needs a value."}; }

std::optional<PatchOp> read_op(const json::Object& operation) {
  const json::Value* op = operation.find_ignoring_case("op");
  const std::string* text = op != nullptr ? op->string() : nullptr;
  if (text == nullptr) return std::nullopt;
  if (iequals(*text, "add")) return PatchOp::add;
  if (iequals(*text, "remove")) return PatchOp::remove;
  if (iequals(*text, "replace")) return PatchOp::replace;
  return std::nullopt;
}

/// Turns operations into changes of single attributes, all that depends on the document left to
/// apply().
class Compiler {
 public:
  Compiler(const ResourceType& type, const Quirks& quirks) : type_(type), quirks_(quirks) {}

  Result<> operation(json::Value& value) {
    json::Object* operation = value.object();
    if (operation == nullptr) return Error(Fault::invalid_syntax, "An operation is an object.");
    const auto op = read_op(*operation);
    if (!op) return Error(Fault::invalid_syntax, "op must be add, remove or replace.");
    json::Value* operand = operation->find_ignoring_case("value");
    const json::Value* path = operation->find_ignoring_case("path");
    if (path == nullptr || path->is_null()) return without_path(*op, operand);
    if (path->string() == nullptr) return Error(Fault::invalid_path, "path must be a string.");
    if (path->string()->empty() && quirks_.reshape_values) return without_path(*op, operand);
    TRY(const auto target, parse_patch_path(*path->string(), type_, quirks_));
    return target ? change(*op, *target, operand, Origin::path) : Result<>();
  }

  Patch take() { return std::move(patch_); }

 private:
  /// Whether an attribute was named by a path or as a key of a value.
  enum class Origin { path, key };

  Result<> without_path(PatchOp op, json::Value* value) {
    if (op == PatchOp::remove) return Error(Fault::no_target, "A removal needs a path.");
    if (quirks_.require_patch_path) {
      return Error(Fault::invalid_syntax, "The operation needs a path.");
    }
    if (value == nullptr || !value->object()) {
      return Error(Fault::invalid_value, "Without a path, value must be an object.");
    }
    return attributes(op, *value->object());
  }

  Result<> attributes(PatchOp op, json::Object& values) {
    for (json::Member& member : values) {
      if (iequals(member.name, type_.schema->id) && member.value.object()) {
        CHECK_OK(core_attributes(op, *member.value.object()));
      } else {
        CHECK_OK(attribute(op, member.name, member.value));
      }
    }
    return {};
  }
  Result<> core_attributes(PatchOp op, json::Object& values) {
    for (json::Member& member : values) CHECK_OK(attribute(op, member.name, member.value));
    return {};
  }

  /// One key of a path-less value.
  Result<> attribute(PatchOp op, const std::string& key, json::Value& value) {
    const bool plain = key.find_first_of(".:[") == std::string::npos;
    if (plain || type_.extension(key) != nullptr) {
      const auto path = resolve_path(key, type_, quirks_);
      if (path) return change(op, {*path, std::nullopt}, &value, Origin::key);
    } else if (quirks_.accept_dotted_keys) {
      TRY(const auto target, parse_patch_path(key, type_, quirks_));
      if (target) return change(op, *target, &value, Origin::key);
    }
    if (quirks_.ignore_unknown_attributes) return {};
    return Error(Fault::invalid_syntax,
                 "A " + std::string(type_.name) + " has no attribute " + key.substr(0, 200) + ".");
  }

  Result<> change(PatchOp op, const PatchTarget& target, json::Value* value, Origin origin) {
    const AttributePath& path = target.path;
    if (path.attribute == nullptr) return whole_extension(op, path, value);
    if (path.extension == nullptr && path.attribute->name == "members") {
      return members(op, target, value);
    }
    if (read_only(path)) return read_only_attribute(path, value, origin);
    if (path.attribute->returned == Returned::never) return {};  // password: accepted, not kept
    if (op == PatchOp::remove) return removal(target, value);
    // What `schemas` holds follows from the attributes that are there.
    if (path.attribute->name == "schemas") return {};
    if (value == nullptr) return missing_value();
    if (merges(op, target, *value)) return merge(op, path, *value);
    return assignment(op, target, *value);
  }

  Result<> members(PatchOp op, const PatchTarget& target, const json::Value* value) {
    const std::size_t before = patch_.members.size();
    CHECK_OK(compile_members(op, target, value, quirks_, patch_.members));
    for (std::size_t i = before; i < patch_.members.size(); ++i) {
      if (patch_.members[i].filter) ++member_filters_;
    }
    if (member_filters_ <= max_member_filters) return {};
    return Error(Fault::payload_too_large, "The request filters the members too often.");
  }

  static bool read_only(const AttributePath& path) {
    return path.attribute->mutability == Mutability::read_only ||
           path.leaf().mutability == Mutability::read_only;
  }

  Result<> read_only_attribute(const AttributePath& path, json::Value* value, Origin origin) {
    if (origin == Origin::path) {
      return Error(Fault::mutability, path.str() + " is read-only.");
    }
    if (quirks_.ignore_read_only_in_value || value == nullptr) return {};
    return add({PatchOp::replace, path, std::nullopt, std::move(*value), true});
  }

  Result<> whole_extension(PatchOp op, const AttributePath& path, json::Value* value) {
    if (op == PatchOp::remove || (op == PatchOp::replace && value && value->is_null())) {
      return add({PatchOp::remove, path, std::nullopt, {}});
    }
    if (value == nullptr) return missing_value();
    if (value->is_null()) return {};
    if (!value->object()) return Error(Fault::invalid_value, path.str() + " must be an object.");
    for (json::Member& member : *value->object()) {
      CHECK_OK(attribute(op, path.extension->id + ':' + member.name, member.value, path));
    }
    return {};
  }

  /// One key of an extension's object.
  Result<> attribute(PatchOp op, const std::string& name, json::Value& value,
                     const AttributePath& extension) {
    const std::size_t behind_urn = extension.extension->id.size() + 1;
    const bool dotted = name.find('.', behind_urn) != std::string::npos;
    const auto path =
        dotted && !quirks_.accept_dotted_keys ? std::nullopt : resolve_path(name, type_);
    if (path) return change(op, {*path, std::nullopt}, &value, Origin::key);
    if (quirks_.ignore_unknown_attributes) return {};
    return Error(Fault::invalid_syntax, "There is no attribute " + name.substr(0, 200) + ".");
  }

  Result<> removal(const PatchTarget& target, json::Value* value) {
    const AttributePath& path = target.path;
    if (path.leaf().required && !target.filter) {
      return Error(Fault::mutability, path.str() + " is required and cannot be removed.");
    }
    PatchChange change{PatchOp::remove, path, target.filter, {}};
    const bool lists_values = value != nullptr && !value->is_null() && !target.filter &&
                              path.sub_attribute == nullptr && path.attribute->multi_valued;
    if (!lists_values) return add(std::move(change));
    if (!quirks_.remove_with_value_array) {
      return Error(Fault::invalid_value, "A removal takes no value; use a filter in the path.");
    }
    change.value = std::move(*value);
    CHECK_OK(canonicalize_value(path, change.value, quirks_));
    // A list that names nothing removes nothing.
    return change.value.is_null() ? Result<>() : add(std::move(change));
  }

  /// Whether the sub-attributes given are set one by one, the others left alone.
  bool merges(PatchOp op, const PatchTarget& target, json::Value& value) const {
    const AttributePath& path = target.path;
    if (path.sub_attribute != nullptr || !path.attribute->complex() ||
        path.attribute->multi_valued) {
      return false;
    }
    if (op == PatchOp::replace && !quirks_.replace_merges_complex) return false;
    json::Array* array = value.array();
    if (array != nullptr && array->size() == 1 && quirks_.reshape_values) {
      json::Value only = std::move(array->front());
      value = std::move(only);
    }
    return value.object() != nullptr;
  }

  /// `value` comes first: setting it drops what belonged to the old one ($ref).
  Result<> merge(PatchOp op, const AttributePath& path, json::Value& value) {
    auto& members = value.object()->members();
    const auto first = std::find_if(members.begin(), members.end(), [](const json::Member& member) {
      return iequals(member.name, "value");
    });
    if (first != members.end()) std::rotate(members.begin(), first, first + 1);
    for (json::Member& member : members) {
      const Attribute* sub_attribute = path.attribute->find(member.name);
      if (sub_attribute != nullptr) {
        const AttributePath inner{path.extension, path.attribute, sub_attribute};
        CHECK_OK(change(op, {inner, std::nullopt}, &member.value, Origin::key));
      } else if (!quirks_.ignore_unknown_attributes) {
        return Error(Fault::invalid_syntax,
                     path.str() + " has no sub-attribute " + member.name.substr(0, 200) + ".");
      }
    }
    return {};
  }

  Result<> assignment(PatchOp op, const PatchTarget& target, json::Value& value) {
    const AttributePath& path = target.path;
    PatchChange change{op, path, target.filter, std::move(value)};
    if (target.filter && path.sub_attribute == nullptr) {
      json::Array* array = change.value.array();
      if (array != nullptr && array->size() == 1 && quirks_.reshape_values) {
        json::Value only = std::move(array->front());
        change.value = std::move(only);
      }
      CHECK_OK(canonicalize_element(path, change.value, quirks_));
    } else {
      const bool one_value =
          op == PatchOp::add && path.leaf().multi_valued && change.value.object();
      if (one_value) change.value = json::Array{std::move(change.value)};
      CHECK_OK(canonicalize_value(path, change.value, quirks_));
    }
    if (clears_reference(path, change.value)) {
      change.op = PatchOp::replace;
      change.value = json::Value();
    }
    if (change.op == PatchOp::add && change.value.is_null()) return {};
    return add(std::move(change));
  }

  /// manager.value = "" is how Entra says "no manager".
  bool clears_reference(const AttributePath& path, const json::Value& value) const {
    return quirks_.reshape_values && path.sub_attribute != nullptr &&
           path.sub_attribute == path.attribute->value() && !path.attribute->multi_valued &&
           value.string() != nullptr && value.string()->empty();
  }

  Result<> add(PatchChange change) {
    if (patch_.document.size() == max_patch_changes) {
      return Error(
          Fault::payload_too_large,
          "The request changes more than " + std::to_string(max_patch_changes) + " attributes.");
    }
    patch_.document.push_back(std::move(change));
    return {};
  }

  const ResourceType& type_;
  const Quirks& quirks_;
  Patch patch_;
  std::size_t member_filters_ = 0;
};

Result<> check_schema(const json::Object& body, const Quirks& quirks) {
  if (quirks.ignore_schema_list) return {};
  const json::Value* schemas = body.find_ignoring_case("schemas");
  const json::Array* urns = schemas != nullptr ? schemas->array() : nullptr;
  const bool found =
      urns != nullptr && std::any_of(urns->begin(), urns->end(), [](const auto& urn) {
        return urn.string() && iequals(*urn.string(), patch_urn);
      });
  if (found) return {};
  return Error(Fault::invalid_syntax, "schemas must contain " + std::string(patch_urn) + ".");
}

Error in_operation(std::size_t index, const Error& error) {
  return {error.fault(), "Operations[" + std::to_string(index) + "]: " + error.detail(),
          error.why()};
}

}  // namespace

Result<Patch> parse_patch(json::Value body, const ResourceType& type, const Quirks& quirks) {
  json::Object* message = body.object();
  if (message == nullptr) return Error(Fault::invalid_syntax, "The body must be a JSON object.");
  CHECK_OK(check_schema(*message, quirks));
  json::Value* list = message->find_ignoring_case("Operations");
  json::Array* operations = list != nullptr ? list->array() : nullptr;
  if (operations == nullptr || operations->empty()) {
    return Error(Fault::invalid_syntax, "Operations must be an array of at least one operation.");
  }
  if (operations->size() > max_patch_operations) {
    return Error(Fault::payload_too_large, "The request has " + std::to_string(operations->size()) +
                                               " operations, more than maxOperations " +
                                               std::to_string(max_patch_operations) + ".");
  }
  Compiler compiler(type, quirks);
  for (std::size_t i = 0; i < operations->size(); ++i) {
    auto compiled = compiler.operation((*operations)[i]);
    if (!compiled) return in_operation(i, compiled.error());
  }
  return compiler.take();
}

}  // namespace rollcall::scim

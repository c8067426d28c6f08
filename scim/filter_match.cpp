#include "gateway/base/text.h"
#include "scim/filter.h"
#include "scim/filter_literal.h"

#include <algorithm>
#include <functional>

namespace rollcall::scim {
namespace {

bool unassigned(const json::Value& value) {
  if (const std::string* text = value.string()) return text->empty();
  if (const json::Array* array = value.array()) return array->empty();
  if (const json::Object* object = value.object()) return object->empty();
  return value.is_null();
}

/// `op` for two values of an ordered type.
template <class T>
bool ordered(Operator op, const T& value, const T& literal) {
  switch (op) {
    case Operator::equal:
      return value == literal;
    case Operator::not_equal:
      return value != literal;
    case Operator::greater:
      return value > literal;
    case Operator::greater_or_equal:
      return value >= literal;
    case Operator::less:
      return value < literal;
    case Operator::less_or_equal:
      return value <= literal;
    case Operator::contains:
    case Operator::starts_with:
    case Operator::ends_with:
    case Operator::present:
      return false;
  }
  return false;
}

bool texts(Operator op, std::string_view value, std::string_view literal) {
  switch (op) {
    case Operator::contains:
      return value.find(literal) != std::string_view::npos;
    case Operator::starts_with:
      return value.starts_with(literal);
    case Operator::ends_with:
      return value.ends_with(literal);
    default:
      return ordered(op, value, literal);
  }
}

bool strings(const Filter& filter, const Attribute& attribute, const std::string& value,
             const std::string& literal) {
  if (filter.instant) {
    const auto instant = parse_timestamp(value);
    return instant && ordered(filter.op, *instant, *filter.instant);
  }
  if (attribute.case_exact) return texts(filter.op, value, literal);
  return texts(filter.op, fold(value), filter.folded);
}

std::optional<double> number(const json::Value& value) {
  if (const std::int64_t* integer = value.integer()) return static_cast<double>(*integer);
  if (const double* decimal = value.decimal()) return *decimal;
  return std::nullopt;
}

/// One comparison with one value that is assigned.
bool compare(const Filter& filter, const Attribute& attribute, const json::Value& value) {
  if (const std::string* text = value.string()) {
    const std::string* literal = filter.literal.string();
    return literal != nullptr && strings(filter, attribute, *text, *literal);
  }
  if (const bool* flag = value.boolean()) {
    const bool* literal = filter.literal.boolean();
    return literal != nullptr && ordered(filter.op, *flag, *literal);
  }
  const auto numeric = number(value);
  const auto literal = number(filter.literal);
  return numeric && literal && ordered(filter.op, *numeric, *literal);
}

/// The values that a path names, one by one; `visit` says true to stop.
class Values {
 public:
  Values(const AttributePath& path, const Attribute* leaf, bool defaults = false)
      : path_(path), leaf_(leaf), defaults_(defaults) {}

  template <class Visit>
  bool any(const json::Object& resource, Visit visit) const {
    const json::Object* owner = &resource;
    if (path_.extension != nullptr) {
      const json::Value* extension = resource.find(path_.extension->id);
      owner = extension != nullptr ? extension->object() : nullptr;
    }
    const json::Value* value = owner != nullptr ? owner->find(path_.attribute->name) : nullptr;
    if (value == nullptr) return leaf_ == path_.attribute && absent(visit);
    const json::Array* array = value->array();
    if (array == nullptr) return one(*value, visit);
    return std::any_of(array->begin(), array->end(),
                       [&](const json::Value& element) { return one(element, visit); });
  }

 private:
  template <class Visit>
  bool one(const json::Value& element, Visit visit) const {
    if (leaf_ == path_.attribute) return !unassigned(element) && visit(element);
    const json::Object* object = element.object();
    if (object == nullptr) return false;
    const json::Value* value = object->find(leaf_->name);
    if (value == nullptr) return absent(visit);
    return !unassigned(*value) && visit(*value);
  }
  /// RFC 7643 §2.4: a comparison takes an absent `primary` for false.
  template <class Visit>
  bool absent(Visit visit) const {
    static const json::Value no(false);
    return defaults_ && leaf_->name == "primary" && visit(no);
  }

  const AttributePath& path_;
  const Attribute* leaf_;
  bool defaults_;
};

bool present(const AttributePath& path, const json::Object& resource) {
  if (path.attribute == nullptr) return resource.find(path.extension->id) != nullptr;
  return Values(path, &path.leaf()).any(resource, [](const json::Value& value) {
    const json::Object* object = value.object();
    return object == nullptr || std::any_of(object->begin(), object->end(), [](const auto& member) {
             return !unassigned(member.value);
           });
  });
}

bool comparison(const Filter& filter, const json::Object& resource) {
  if (filter.op == Operator::present) return present(filter.path, resource);
  if (filter.literal.is_null()) {
    return present(filter.path, resource) == (filter.op == Operator::not_equal);
  }
  const Attribute* attribute = compared(filter.path);
  bool assigned = false;
  const bool matched =
      Values(filter.path, attribute, true).any(resource, [&](const json::Value& value) {
        assigned = true;
        return compare(filter, *attribute, value);
      });
  return matched || (!assigned && filter.op == Operator::not_equal);
}

bool element(const Filter& filter, const json::Object& resource) {
  const Filter& inner = filter.operands.front();
  return Values(filter.path, filter.path.attribute).any(resource, [&](const json::Value& value) {
    return matches_element(inner, value);
  });
}

}  // namespace

bool matches(const Filter& filter, const json::Object& resource) {
  const auto holds = [&](const Filter& operand) { return matches(operand, resource); };
  switch (filter.kind) {
    case Filter::Kind::comparison:
      return comparison(filter, resource);
    case Filter::Kind::all:
      return std::all_of(filter.operands.begin(), filter.operands.end(), holds);
    case Filter::Kind::any:
      return std::any_of(filter.operands.begin(), filter.operands.end(), holds);
    case Filter::Kind::negation:
      return !holds(filter.operands.front());
    case Filter::Kind::element:
      return element(filter, resource);
  }
  return false;
}

bool matches_element(const Filter& filter, const json::Value& element) {
  const json::Object* object = element.object();
  return object != nullptr && matches(filter, *object);
}

}  // namespace rollcall::scim

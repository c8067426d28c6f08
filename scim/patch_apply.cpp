#include "gateway/base/text.h"
#include "scim/canonical.h"
#include "scim/patch.h"
#include "scim/patch_members.h"
#include "scim/resource_reader.h"

#include <algorithm>
#include <string>
#include <utility>

namespace rollcall::scim {
namespace {

/// Comparisons of values in one request; 200,000 take some ten milliseconds.
constexpr std::size_t budget = 200'000;

std::string_view text_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  const std::string* text = value != nullptr ? value->string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view();
}

/// Whether two elements are one value: by (value, type) where both have a value, else as a whole.
bool same_value(const json::Value& a, const json::Value& b) {
  if (!a.object() || !b.object()) return a == b;
  const json::Value* value = a.object()->find("value");
  const json::Value* other = b.object()->find("value");
  if (value == nullptr || other == nullptr) return a == b;
  return *value == *other && text_of(*a.object(), "type") == text_of(*b.object(), "type");
}

/// Whether a removal that lists `listed` means `element`; a list often says less than is stored.
bool listed_value(const json::Value& listed, const json::Value& element,
                  const Attribute& attribute) {
  if (!listed.object() || !element.object()) return listed == element;
  const json::Value* value = listed.object()->find("value");
  const json::Value* stored = element.object()->find("value");
  if (value == nullptr || stored == nullptr) return listed == element;
  const std::string_view type = text_of(*listed.object(), "type");
  if (!type.empty() && !iequals(type, text_of(*element.object(), "type"))) return false;
  if (value->string() && stored->string() && !attribute.value()->case_exact) {
    return fold(*value->string()) == fold(*stored->string());
  }
  return *value == *stored;
}

/// Sets or, with null, unassigns.
void assign(json::Object& object, std::string_view name, const json::Value& value) {
  if (value.is_null()) {
    object.erase(name);
  } else {
    object.set(name, value);
  }
}

class Applier {
 public:
  Applier(json::Object& document, const ResourceType& type, const Quirks& quirks)
      : document_(document), type_(type), quirks_(quirks) {}

  Result<> apply(const PatchChange& change) {
    if (change.must_equal) return check_equal(change);
    if (change.path.attribute == nullptr) {
      document_.erase(change.path.extension->id);
      return {};
    }
    if (change.filter) return filtered(change);
    if (change.path.sub_attribute == nullptr) return whole_attribute(change);
    if (change.path.attribute->multi_valued) return each_element(change);
    sub_attribute(change);
    return {};
  }

  /// Drops what the changes left empty and makes `schemas` say what is present.
  void finish() {
    for (const Schema* extension : type_.extensions) {
      json::Value* part = document_.find(extension->id);
      if (part != nullptr && part->object()) tidy(*part->object());
    }
    tidy(document_);
    const std::vector<std::string> urns = schemas_of(document_, type_);
    document_.set("schemas", json::Array(urns.begin(), urns.end()));
  }

 private:
  static void tidy(json::Object& object) {
    std::erase_if(object.members(), [](json::Member& member) {
      if (json::Array* array = member.value.array()) {
        drop_hollow(*array);
        return array->empty();
      }
      return member.value.object() != nullptr && member.value.object()->empty();
    });
  }

  json::Object& owner(const AttributePath& path) {
    if (path.extension == nullptr) return document_;
    json::Value* part = document_.find(path.extension->id);
    if (part == nullptr) part = &document_.append(path.extension->id, json::Object());
    if (!part->object()) *part = json::Object();
    return *part->object();
  }

  json::Array& elements(const AttributePath& path) {
    json::Object& object = owner(path);
    json::Value* value = object.find(path.attribute->name);
    if (value == nullptr) value = &object.append(path.attribute->name, json::Array());
    if (!value->array()) *value = json::Array();
    return *value->array();
  }

  Result<> charge(std::size_t comparisons) {
    spent_ += comparisons;
    if (spent_ <= budget) return {};
    return Error(Fault::too_many, "The operations compare too many values; send fewer at a time.");
  }

  static Error no_target(const AttributePath& path) {
    return {Fault::no_target, "No value of " + path.str() + " matches the filter of the path."};
  }

  Result<> check_equal(const PatchChange& change) {
    const json::Value* stored = owner(change.path).find(change.path.attribute->name);
    if (stored != nullptr && *stored == change.value) return {};
    return Error(Fault::mutability, change.path.str() + " is read-only.");
  }

  Result<> whole_attribute(const PatchChange& change) {
    json::Object& object = owner(change.path);
    const std::string& name = change.path.attribute->name;
    if (change.op == PatchOp::remove && !change.value.is_null()) return remove_listed(change);
    if (change.op == PatchOp::remove || change.value.is_null()) {
      object.erase(name);
    } else if (change.op == PatchOp::add && change.path.attribute->multi_valued) {
      return append(change);
    } else {
      object.set(name, change.value);
    }
    return {};
  }

  Result<> append(const PatchChange& change) {
    json::Array& present = elements(change.path);
    const json::Array& added = *change.value.array();
    CHECK_OK(charge(added.size() * (present.size() + 1)));
    for (const json::Value& value : added) {
      const auto same = std::find_if(present.begin(), present.end(), [&](const json::Value& other) {
        return same_value(value, other);
      });
      json::Value& target = same != present.end() ? *same : present.emplace_back(value);
      if (same != present.end() && target.object()) merge(target, value);
      if (value.object() && is_true(*value.object(), "primary")) keep_one_primary(present, &target);
    }
    if (present.size() <= max_values) return {};
    return Error(Fault::invalid_value, change.path.str() + " has more than 1000 values.");
  }

  static void merge(json::Value& element, const json::Value& value) {
    for (const json::Member& member : *value.object()) {
      element.object()->set(member.name, member.value);
    }
  }

  Result<> remove_listed(const PatchChange& change) {
    json::Array& present = elements(change.path);
    const json::Array& listed = *change.value.array();
    CHECK_OK(charge(listed.size() * present.size()));
    std::erase_if(present, [&](const json::Value& element) {
      return std::any_of(listed.begin(), listed.end(), [&](const json::Value& value) {
        return listed_value(value, element, *change.path.attribute);
      });
    });
    return {};
  }

  void sub_attribute(const PatchChange& change) {
    json::Object& object = owner(change.path);
    const AttributePath& path = change.path;
    json::Value* complex = object.find(path.attribute->name);
    if (complex == nullptr) complex = &object.append(path.attribute->name, json::Object());
    if (!complex->object()) *complex = json::Object();
    json::Object& target = *complex->object();
    if (path.sub_attribute == path.attribute->value()) {
      // $ref and displayName belong to the value before.
      const json::Value* before = target.find(path.sub_attribute->name);
      if (before == nullptr || *before != change.value) target = json::Object();
    }
    assign(target, path.sub_attribute->name, change.value);
  }

  /// emails.value without a filter: every element.
  Result<> each_element(const PatchChange& change) {
    json::Array& present = elements(change.path);
    CHECK_OK(charge(present.size()));
    if (present.empty() && !change.value.is_null()) {
      if (!quirks_.create_on_filtered_replace) return no_target(change.path);
      present.emplace_back(json::Object());
    }
    for (json::Value& element : present) set_in_element(change, present, element);
    drop_repeated(present);
    return {};
  }

  void set_in_element(const PatchChange& change, json::Array& all, json::Value& element) {
    if (element.object() == nullptr) return;
    const Attribute& sub_attribute = *change.path.sub_attribute;
    assign(*element.object(), sub_attribute.name, change.value);
    if (is_true(*element.object(), "primary") && sub_attribute.name == "primary") {
      keep_one_primary(all, &element);
    }
  }

  Result<> filtered(const PatchChange& change) {
    json::Array& all = elements(change.path);
    CHECK_OK(charge(all.size() * terms(*change.filter)));
    std::vector<std::size_t> matching;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (matches_element(*change.filter, all[i])) matching.push_back(i);
    }
    if (matching.empty()) return unmatched(change, all);
    if (change.path.sub_attribute != nullptr) {
      for (const std::size_t i : matching) set_in_element(change, all, all[i]);
      drop_repeated(all);
    } else if (change.value.is_null()) {
      for (auto i = matching.rbegin(); i != matching.rend(); ++i) {
        all.erase(all.begin() + static_cast<std::ptrdiff_t>(*i));
      }
    } else {
      for (const std::size_t i : matching) write_element(change, all, all[i]);
      drop_repeated(all);
    }
    return {};
  }

  static void write_element(const PatchChange& change, json::Array& all, json::Value& element) {
    if (change.op == PatchOp::add) {
      merge(element, change.value);
    } else {
      element = change.value;
    }
    if (is_true(*change.value.object(), "primary")) keep_one_primary(all, &element);
  }

  /// RFC 7644 §3.5.2.3 says noTarget; Entra expects the element that its filter describes.
  Result<> unmatched(const PatchChange& change, json::Array& all) {
    if (change.op == PatchOp::remove || !quirks_.create_on_filtered_replace) {
      return no_target(change.path);
    }
    if (change.op == PatchOp::replace && change.path.sub_attribute == nullptr) {
      return no_target(change.path);
    }
    if (change.value.is_null()) return {};
    auto described = element_described_by(*change.filter);
    if (!described) return no_target(change.path);
    if (all.size() == max_values) {
      return Error(Fault::invalid_value, change.path.str() + " has more than 1000 values.");
    }
    json::Value& element = all.emplace_back(*std::move(described));
    if (change.path.sub_attribute != nullptr) {
      element.object()->set(change.path.sub_attribute->name, change.value);
    } else {
      merge(element, change.value);
    }
    if (is_true(*element.object(), "primary")) keep_one_primary(all, &element);
    drop_repeated(all);
    return {};
  }

  json::Object& document_;
  const ResourceType& type_;
  const Quirks& quirks_;
  std::size_t spent_ = 0;
};

}  // namespace

Result<bool> apply(const Patch& patch, json::Object& document, const ResourceType& type,
                   const Quirks& quirks) {
  if (patch.document.empty()) return false;
  json::Object changed = document;
  Applier applier(changed, type, quirks);
  for (const PatchChange& change : patch.document) CHECK_OK(applier.apply(change));
  applier.finish();
  if (changed == document) return false;
  document = std::move(changed);
  return true;
}

}  // namespace rollcall::scim

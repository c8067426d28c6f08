#include "scim/patch_members.h"

#include "scim/resource.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace rollcall::scim {
namespace {

using Kind = MemberChange::Kind;

/// Adds to the change before it where both do the same, so that a thousand one-member operations
/// reach the store as one.
void add_change(std::vector<MemberChange>& changes, MemberChange change) {
  const bool joins = !changes.empty() && changes.back().kind == change.kind && !change.must_match &&
                     !changes.back().must_match &&
                     (change.kind == Kind::add || change.kind == Kind::remove);
  if (!joins) return changes.push_back(std::move(change));
  std::vector<UserId>& users = changes.back().users;
  users.insert(users.end(), change.users.begin(), change.users.end());
}

/// The ids of value eq "a", or of several such joined by `or`.
bool collect_ids(const Filter& filter, std::vector<UserId>& users) {
  if (filter.kind == Filter::Kind::any) {
    return std::all_of(filter.operands.begin(), filter.operands.end(),
                       [&](const Filter& operand) { return collect_ids(operand, users); });
  }
  if (filter.kind != Filter::Kind::comparison || filter.op != Operator::equal ||
      filter.path.attribute->name != "value" || !filter.literal.string()) {
    return false;
  }
  if (const auto id = UserId::parse(*filter.literal.string())) users.push_back(*id);
  return true;
}

MemberChange removal(const Filter& filter) {
  std::vector<UserId> users;
  if (collect_ids(filter, users)) return {Kind::remove, std::move(users), std::nullopt};
  return {Kind::remove_matching, {}, filter};
}

Result<> compile_filtered(PatchOp op, const Filter& filter, const json::Value* value,
                          const Quirks& quirks, std::vector<MemberChange>& changes) {
  if (op == PatchOp::remove) {
    add_change(changes, removal(filter));
    return {};
  }
  if (value == nullptr) return Error(Fault::invalid_value, "The operation needs a value.");
  if (op == PatchOp::add) {
    const auto described = element_described_by(filter);
    if (!described || !quirks.create_on_filtered_replace) {
      return Error(Fault::no_target, "No member matches the filter of the path.");
    }
    TRY(auto users, read_members(*described, quirks, UnknownIds::refuse));
    add_change(changes, {Kind::add, std::move(users), std::nullopt});
    return {};
  }
  TRY(auto users, read_members(*value, quirks, UnknownIds::refuse));
  MemberChange old = removal(filter);
  old.must_match = true;
  changes.push_back(std::move(old));
  add_change(changes, {Kind::add, std::move(users), std::nullopt});
  return {};
}

Result<> compile_removal(const json::Value* value, const Quirks& quirks,
                         std::vector<MemberChange>& changes) {
  if (value == nullptr || value->is_null()) {
    add_change(changes, {Kind::replace, {}, std::nullopt});
    return {};
  }
  if (!quirks.remove_with_value_array) {
    return Error(Fault::invalid_value,
                 "A removal takes no value; use the path members[value eq \"…\"].");
  }
  // An empty list names nobody: it must never empty the group.
  TRY(auto users, read_members(*value, quirks, UnknownIds::skip));
  if (!users.empty()) add_change(changes, {Kind::remove, std::move(users), std::nullopt});
  return {};
}

}  // namespace

Result<> compile_members(PatchOp op, const PatchTarget& target, const json::Value* value,
                         const Quirks& quirks, std::vector<MemberChange>& changes) {
  if (target.path.sub_attribute != nullptr) {
    return Error(Fault::mutability,
                 target.path.str() + " cannot change: members are added and removed as a whole.");
  }
  if (target.filter) return compile_filtered(op, *target.filter, value, quirks, changes);
  if (op == PatchOp::remove) return compile_removal(value, quirks, changes);
  if (value == nullptr) return Error(Fault::invalid_value, "The operation needs a value.");
  if (op == PatchOp::add && value->object()) {
    // A single value may be added to a multi-valued attribute (RFC 7644 §3.5.2.1).
    TRY(auto one, read_members(json::Array{*value}, quirks, UnknownIds::refuse));
    add_change(changes, {Kind::add, std::move(one), std::nullopt});
    return {};
  }
  TRY(auto users, read_members(*value, quirks, UnknownIds::refuse));
  if (op == PatchOp::replace) {
    add_change(changes, {Kind::replace, std::move(users), std::nullopt});
  } else if (!users.empty()) {
    add_change(changes, {Kind::add, std::move(users), std::nullopt});
  }
  return {};
}

std::optional<json::Object> element_described_by(const Filter& filter) {
  json::Object element;
  if (filter.kind == Filter::Kind::comparison) {
    if (filter.op != Operator::equal || filter.literal.is_null()) return std::nullopt;
    element.append(filter.path.attribute->name, filter.literal);
    return element;
  }
  if (filter.kind != Filter::Kind::all) return std::nullopt;
  for (const Filter& operand : filter.operands) {
    auto part = element_described_by(operand);
    if (!part) return std::nullopt;
    for (json::Member& member : *part) {
      if (element.find(member.name) != nullptr) return std::nullopt;
      element.append(std::move(member.name), std::move(member.value));
    }
  }
  return element;
}

}  // namespace rollcall::scim

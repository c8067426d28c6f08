#include "scim/render.h"

#include "scim/resource.h"

#include <utility>

namespace rollcall::scim {
namespace {

constexpr std::size_t chunk = 1000;
/// About what a resource has beside its document.
constexpr std::size_t fixed_parts = 512;

/// Calls `visit` with each member in order; stops when it says false.
template <class Visit>
void for_each_member(Groups& groups, const Group& group, Visit visit) {
  std::int64_t after = 0;
  while (true) {
    const auto members = groups.members(group, after, chunk);
    for (const GroupMember& member : members) {
      if (!visit(member)) return;
    }
    if (members.size() < chunk) return;
    after = members.back().position;
  }
}

/// ,"groups":[…] and nothing without groups (RFC 7643 §2.5: unassigned).
bool append_derived(std::string& out, Users& users, const User& user, std::string_view base,
                    std::size_t) {
  const auto groups = users.groups_of(user);
  if (groups.empty()) return true;
  out += R"(,"groups":)";
  json::append(out, groups_value(groups, base));
  return true;
}

bool append_derived(std::string& out, Groups& groups, const Group& group, std::string_view base,
                    std::size_t most_members) {
  const std::size_t before = out.size();
  std::size_t count = 0;
  for_each_member(groups, group, [&](const GroupMember& member) {
    if (count == most_members) {
      ++count;
      return false;
    }
    out += count++ == 0 ? R"(,"members":[)" : ",";
    json::append(out, json::Value(member_value(member, base)));
    return true;
  });
  if (count > most_members) {
    out.resize(before);
    return false;
  }
  if (count > 0) out += ']';
  return true;
}

/// As meta_value(), without building a value first.
template <class Row>
void append_meta(std::string& out, const ResourceType& type, std::string_view id, const Row& row,
                 std::string_view base) {
  out.append(R"(,"meta":{"resourceType":")").append(type.name);
  out.append(R"(","created":")").append(format_timestamp(row.created));
  out.append(R"(","lastModified":")").append(format_timestamp(row.modified));
  out.append(R"(","location":")").append(base).append(type.endpoint).append("/").append(id);
  out.append(R"(","version":"W/\")").append(std::to_string(row.version)).append(R"(\""})");
}

/// What the store keeps as text, put between what it keeps in columns.
template <class Row, class Repository>
bool splice(std::string& out, Repository& repository, const Row& row, const ResourceType& type,
            bool with_derived, std::string_view base, std::size_t most_members) {
  const auto& profile = row.profile;
  const std::string id = row.id.str();
  out.reserve(out.size() + profile.document.size() + base.size() + fixed_parts);
  char separator = '[';
  out += R"({"schemas":)";
  for (const std::string& urn : profile.schemas) {
    out += separator;
    json::append_string(out, urn);
    separator = ',';
  }
  out.append(R"(],"id":")").append(id).append("\"");
  if (profile.external_id) {
    out += R"(,"externalId":)";
    json::append_string(out, *profile.external_id);
  }
  if (!profile.document.empty()) out.append(",").append(profile.document);
  const bool whole = !with_derived || append_derived(out, repository, row, base, most_members);
  append_meta(out, type, id, row, base);
  out += '}';
  return whole;
}

template <class Repository, class Row>
bool append_either(std::string& out, Repository& repository, const Row& row,
                   const ResourceType& type, std::string_view derived,
                   json::Object (*document)(const Row&, std::string_view),
                   const Projection& projection, std::string_view base, std::size_t most_members) {
  const bool with_derived = projection.wants(derived);
  if (projection.keeps_document()) {
    return splice(out, repository, row, type, with_derived, base, most_members);
  }
  json::Object resource = document(row, base);
  auto value = with_derived ? derived_value(repository, row, base, most_members)
                            : std::optional<json::Value>(json::Value());
  const bool whole = value.has_value();
  if (whole && !value->is_null()) resource.set(derived, *std::move(value));
  projection.apply(resource);
  json::append(out, json::Value(std::move(resource)));
  return whole;
}

}  // namespace

bool append_resource(std::string& out, Users& users, const User& user, const Projection& projection,
                     std::string_view base, std::size_t most_members) {
  return append_either(out, users, user, user_type(), "groups", &user_document, projection, base,
                       most_members);
}

bool append_resource(std::string& out, Groups& groups, const Group& group,
                     const Projection& projection, std::string_view base,
                     std::size_t most_members) {
  return append_either(out, groups, group, group_type(), "members", &group_document, projection,
                       base, most_members);
}

std::optional<json::Value> derived_value(Users& users, const User& user, std::string_view base,
                                         std::size_t) {
  const auto groups = users.groups_of(user);
  return groups.empty() ? json::Value() : groups_value(groups, base);
}

std::optional<json::Value> derived_value(Groups& groups, const Group& group, std::string_view base,
                                         std::size_t most_members) {
  json::Array members;
  bool few = true;
  for_each_member(groups, group, [&](const GroupMember& member) {
    few = members.size() < most_members;
    if (few) members.emplace_back(member_value(member, base));
    return few;
  });
  if (!few) return std::nullopt;
  return members.empty() ? json::Value() : json::Value(std::move(members));
}

}  // namespace rollcall::scim

#include "gateway/admin/apply.h"
#include "gateway/admin/apply_work.h"
#include "scim/resource.h"

#include <algorithm>

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;

DeclaredScimConnection declared_form(const ScimConnection& connection,
                                     const std::vector<Token>& tokens, Timestamp now) {
  DeclaredScimConnection declared;
  declared.id = connection.id;
  declared.enabled = connection.enabled;
  declared.mode = connection.mode;
  declared.username_is_email = connection.username_is_email;
  declared.options = stored_object(connection.options);
  for (const Token& token : tokens) {
    if (token.scim_connection == connection.key && token.alive(now)) {
      declared.tokens.push_back(token.name);
    }
  }
  auto& list = declared.tokens;
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return declared;
}

std::optional<std::string> text_member(const json::Object& object, const char* key) {
  const json::Value* value = object.find(key);
  const std::string* text = value ? value->string() : nullptr;
  return text && !text->empty() ? std::optional(*text) : std::nullopt;
}

/// How a file calls the user.
std::string reference(const User& user) {
  return user.declared_id.value_or(user.profile.user_name);
}

DeclaredUser declared_form(const User& user) {
  const json::Object document = scim::user_document(user, "");
  DeclaredUser declared;
  declared.id = reference(user);
  if (!user.profile.emails.empty()) declared.email = user.profile.emails.front();
  if (declared.email != user.profile.user_name) declared.user_name = user.profile.user_name;
  if (const json::Value* name = document.find("name"); name && name->object()) {
    declared.given_name = text_member(*name->object(), "givenName");
    declared.family_name = text_member(*name->object(), "familyName");
  }
  declared.display_name = text_member(document, "displayName");
  if (!user.profile.active) declared.active = false;
  return declared;
}

std::vector<std::string> declared_members(Users& users, Groups& groups, const Group& group) {
  std::vector<std::string> references;
  std::int64_t position = 0;
  for (auto list = groups.members(group, position, page); !list.empty();
       list = groups.members(group, position, page)) {
    position = list.back().position;
    for (const GroupMember& member : list) {
      if (member.origin != Origin::manual && member.origin != Origin::default_) continue;
      if (const auto user = users.get(member.user)) references.push_back(reference(*user));
    }
  }
  return references;
}

/// Fills `users` and `groups`; a section without an item stays absent.
void describe_people(Transaction& transaction, const Organization& organization,
                     OrganizationFile& file) {
  Users users = transaction.users(organization.key);
  std::int64_t position = 0;
  for (auto list = users.list_unmanaged(position, page); !list.empty();
       list = users.list_unmanaged(position, page)) {
    position = list.back().position;
    if (!file.users) file.users.emplace();
    for (const User& user : list) file.users->push_back(declared_form(user));
  }
  Groups groups = transaction.groups(organization.key);
  position = 0;
  for (auto list = groups.list_unmanaged(position, page); !list.empty();
       list = groups.list_unmanaged(position, page)) {
    position = list.back().position;
    if (!file.groups) file.groups.emplace();
    for (const Group& group : list) {
      file.groups->push_back(
          {0, group.profile.display_name, declared_members(users, groups, group)});
    }
  }
}

}  // namespace

OrganizationFile describe(Transaction& transaction, const Organization& organization) {
  OrganizationFile file;
  file.slug = organization.slug;
  for (const Connection& connection : transaction.organizations().connections(organization.key)) {
    if (!file.connections) file.connections.emplace();
    file.connections->push_back({0, connection.id, stored_object(connection.settings)});
  }
  const auto tokens = transaction.tokens().list(organization.key);
  for (const auto& connection : transaction.organizations().scim_connections(organization.key)) {
    if (!file.scim) file.scim.emplace();
    file.scim->push_back(declared_form(connection, tokens, transaction.now()));
  }
  describe_people(transaction, organization, file);
  return file;
}

}  // namespace rollcall::admin

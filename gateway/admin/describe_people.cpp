#include "gateway/admin/describe_parts.h"
#include "scim/resource.h"

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;

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
  declared.license = user.license;
  return declared;
}

void describe_users(Transaction& transaction, const Organization& organization,
                    OrganizationFile& file) {
  Users users = transaction.users(organization.key);
  const auto defaults = default_grants(transaction, organization);
  std::int64_t position = 0;
  for (auto list = users.list_unmanaged(position, page); !list.empty();
       list = users.list_unmanaged(position, page)) {
    position = list.back().position;
    if (!file.users) file.users.emplace();
    for (const User& user : list) {
      DeclaredUser declared = declared_form(user);
      if (user.state != UserState::deactivated) {
        declared.grants = describe_user_grants(transaction, organization.key,
                                               {SubjectKind::user, user.position}, defaults);
      }
      file.users->push_back(std::move(declared));
    }
  }
}

std::vector<std::string> members_of(Users& users, Groups& groups, const Group& group) {
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

/// All but the members.
DeclaredGroup declared_form(Transaction& transaction, OrganizationKey organization,
                            const Group& group) {
  DeclaredGroup declared;
  declared.name = group.profile.display_name;
  declared.grants =
      describe_grants(transaction, organization, {SubjectKind::group, group.position});
  declared.mappings.emplace();
  for (const SsoMapping& mapping : transaction.mappings(organization).of(group)) {
    declared.mappings->push_back({0, mapping.connection, mapping.kind, mapping.idp_group});
  }
  if (group.options.assign_by_default) declared.assign_by_default = true;
  if (group.options.manual_members == ManualMembers::keep) {
    declared.manual_members = ManualMembers::keep;
  }
  return declared;
}

bool says_nothing(const DeclaredGroup& group) {
  return group.grants->empty() && group.mappings->empty() && !group.assign_by_default &&
         !group.manual_members;
}

/// What SCIM manages is in the file only with what was decided here: its grants, mappings and
/// options.
void describe_groups(Transaction& transaction, const Organization& organization,
                     OrganizationFile& file) {
  Users users = transaction.users(organization.key);
  Groups groups = transaction.groups(organization.key);
  std::int64_t position = 0;
  for (auto list = groups.list({}, position, page); !list.empty();
       list = groups.list({}, position, page)) {
    position = list.back().position;
    for (const Group& group : list) {
      DeclaredGroup declared = declared_form(transaction, organization.key, group);
      if (group.scim_managed && says_nothing(declared)) continue;
      if (!group.scim_managed) declared.members = members_of(users, groups, group);
      if (!file.groups) file.groups.emplace();
      file.groups->push_back(std::move(declared));
    }
  }
}

void describe_service_users(Transaction& transaction, const Organization& organization,
                            OrganizationFile& file) {
  ServiceUsers service_users = transaction.service_users(organization.key);
  std::int64_t position = 0;
  for (auto list = service_users.list("", position, page); !list.empty();
       list = service_users.list("", position, page)) {
    position = list.back().position;
    if (!file.service_users) file.service_users.emplace();
    for (const ServiceUser& present : list) {
      DeclaredServiceUser declared;
      declared.name = present.name;
      if (!present.description.empty()) declared.description = present.description;
      declared.kind = present.kind;
      declared.grants = describe_grants(transaction, organization.key,
                                        {SubjectKind::service_user, present.position});
      declared.tokens = living_names(tokens_of(transaction, present), transaction.now());
      file.service_users->push_back(std::move(declared));
    }
  }
}

}  // namespace

std::vector<Token> tokens_of(Transaction& transaction, const ServiceUser& owner) {
  std::vector<Token> tokens;
  std::int64_t position = 0;
  for (auto list = transaction.tokens().list_of_service_user(owner.position, position, page);
       !list.empty();
       list = transaction.tokens().list_of_service_user(owner.position, position, page)) {
    position = list.back().position;
    tokens.insert(tokens.end(), list.begin(), list.end());
  }
  return tokens;
}

void describe_people(Transaction& transaction, const Organization& organization,
                     OrganizationFile& file) {
  describe_users(transaction, organization, file);
  describe_groups(transaction, organization, file);
  describe_service_users(transaction, organization, file);
}

}  // namespace rollcall::admin

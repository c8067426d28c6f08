#include "gateway/admin/find.h"

#include "gateway/admin/show.h"
#include "gateway/session/cookie.h"

namespace rollcall::admin {
namespace {

constexpr std::string_view subject_keys = R"("user", "group" or "service_user")";

json::Object subject_json(SubjectKind kind, const std::string& id, const std::string& label) {
  return {{"kind", name(kind)}, {"id", id}, {"name", label}};
}

/// The row at a position of a list that goes by position.
template <class Repository, class Selection>
auto row_at(Repository rows, const Selection& all, std::int64_t position) {
  auto list = rows.list(all, position - 1, 1);
  if (!list.empty() && list.front().position != position) list.clear();
  return list;
}

}  // namespace

Result<User> find_user(Context& context, std::string_view id) {
  const auto parsed = UserId::parse(id);
  if (!parsed) return no_such("user");
  return context.users().get(*parsed);
}

Result<Group> find_group(Context& context, std::string_view id) {
  const auto parsed = GroupId::parse(id);
  if (!parsed) return no_such("group");
  return context.groups().get(*parsed);
}

Result<ServiceUser> find_service_user(Context& context, std::string_view id) {
  const auto parsed = ServiceUserId::parse(id);
  if (!parsed) return no_such("service user");
  return context.transaction().service_users(context.key()).get(*parsed);
}

Result<User> find_user_called(Transaction& transaction, OrganizationKey organization,
                              const std::string& reference) {
  Users users = transaction.users(organization);
  if (const auto id = UserId::parse(reference)) return users.get(*id);
  UserSelection by_name;
  by_name.user_name = reference;
  if (auto found = users.list(by_name, 0, 1); !found.empty()) return std::move(found.front());
  UserSelection by_email;
  by_email.email = reference;
  if (auto found = users.list(by_email, 0, 2); found.size() == 1) return std::move(found.front());
  return no_such("user");
}

Result<ServiceUser> find_service_user_called(Transaction& transaction, OrganizationKey organization,
                                             const std::string& reference) {
  ServiceUsers list = transaction.service_users(organization);
  if (const auto id = ServiceUserId::parse(reference)) return list.get(*id);
  if (auto found = list.find(reference)) return *std::move(found);
  return no_such("service user");
}

Result<Group> find_group_called(Context& context, const std::string& reference) {
  if (const auto id = GroupId::parse(reference)) return context.groups().get(*id);
  GroupSelection by_name;
  by_name.display_name = reference;
  auto found = context.groups().list(by_name, 0, 1);
  if (found.empty()) return no_such("group");
  return std::move(found.front());
}

Result<Session> find_session_called(Transaction& transaction, OrganizationKey organization,
                                    const std::string& reference) {
  std::optional<Session> found;
  if (const auto id = SessionId::parse(reference)) {
    if (auto session = transaction.sessions(organization).get(*id)) found = *std::move(session);
  } else {
    found = Sessions::find(transaction, session::hash_of(Secret(reference)));
  }
  if (!found || found->organization != organization || !found->good(transaction.now())) {
    return no_such("session");
  }
  return *std::move(found);
}

SubjectReference read_subject(Input& input, bool required) {
  SubjectReference reference{input->text("user", 320), input->text("group"),
                             input->text("service_user")};
  const int named = input.has("user") + input.has("group") + input.has("service_user");
  if (named > 1 || (required && named == 0)) {
    input->problem(0, "name one of " + std::string(subject_keys));
  }
  return reference;
}

Result<NamedSubject> find_subject(Context& context, const SubjectReference& reference) {
  if (reference.user) {
    TRY(const User user, find_user_called(context.transaction(), context.key(), *reference.user));
    return NamedSubject{{SubjectKind::user, user.position},
                        subject_json(SubjectKind::user, user.id.str(), user.profile.user_name)};
  }
  if (reference.group) {
    TRY(const Group group, find_group_called(context, *reference.group));
    return NamedSubject{
        {SubjectKind::group, group.position},
        subject_json(SubjectKind::group, group.id.str(), group.profile.display_name)};
  }
  TRY(const ServiceUser found, find_service_user_called(context.transaction(), context.key(),
                                                        reference.service_user.value_or("")));
  return NamedSubject{{SubjectKind::service_user, found.position},
                      subject_json(SubjectKind::service_user, found.id.str(), found.name)};
}

json::Object show_subject(Context& context, const Subject& subject) {
  switch (subject.kind) {
    case SubjectKind::user:
      for (const User& user : row_at(context.users(), UserSelection(), subject.position)) {
        return subject_json(subject.kind, user.id.str(), user.profile.user_name);
      }
      break;
    case SubjectKind::group:
      for (const Group& group : row_at(context.groups(), GroupSelection(), subject.position)) {
        return subject_json(subject.kind, group.id.str(), group.profile.display_name);
      }
      break;
    case SubjectKind::service_user:
      if (const auto found =
              context.transaction().service_users(context.key()).at(subject.position)) {
        return subject_json(subject.kind, found->id.str(), found->name);
      }
      break;
  }
  return {{"kind", name(subject.kind)}};
}

}  // namespace rollcall::admin

#include "gateway/directory/users.h"

#include "gateway/base/json.h"
#include "gateway/base/text.h"
#include "gateway/directory/counters.h"
#include "gateway/directory/document_diff.h"
#include "gateway/directory/door.h"
#include "gateway/directory/new_id.h"
#include "gateway/directory/tombstones.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_address.h"
#include "gateway/directory/user_lifecycle.h"
#include "gateway/directory/user_rows.h"

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::string_view pick = "SELECT ";
constexpr std::string_view one_user =
    " FROM users u JOIN user_documents d ON d.position = u.position "
    "LEFT JOIN user_external_ids e ON e.user_position = u.position AND e.scim_connection = $3 "
    "WHERE u.organization = $1 AND u.id = $2";
constexpr sql::Sql select_user{sql::joined<pick, user_columns, one_user>};
constexpr sql::Sql select_declared_id{
    "SELECT 1 FROM users WHERE organization = $1 AND declared_id = $2"};
// Groups that the connection unlinked do not exist for it.
constexpr sql::Sql select_groups{
    "SELECT g.id, g.name FROM memberships m JOIN groups g ON g.position = m.group_position "
    "WHERE m.user_position = $1 AND NOT EXISTS (SELECT 1 FROM unlinked_groups x "
    "WHERE x.scim_connection = $2 AND x.group_position = g.position) ORDER BY m.group_position"};
constexpr sql::Sql update_last_sign_in{"UPDATE users SET last_sign_in = $2 WHERE position = $1"};

/// More users than this with one address: the address names nobody.
constexpr std::size_t most_with_address = 100;

Error name_taken() {
  return Error(Fault::uniqueness, "Another user has this userName.").with_code("user_name_taken");
}

Error address_taken() {
  return Error(Fault::uniqueness, "Another user has this e-mail address.").with_code("email_taken");
}

Error not_found() { return {Fault::not_found, "There is no such user."}; }

Error held_by_scim(std::string sentence) {
  return Error(Fault::conflict, std::move(sentence)).with_code("scim_enabled");
}

std::optional<std::string> address_key(const UserProfile& profile) {
  const auto address = primary_address(profile);
  return address ? std::optional(fold(*address)) : std::nullopt;
}

/// Whether mail and linking find both under one address, or neither.
bool same_address(const UserProfile& a, const UserProfile& b) {
  return address_key(a) == address_key(b);
}

bool same(const UserProfile& a, const UserProfile& b) {
  return a.user_name == b.user_name && a.display_name == b.display_name && a.active == b.active &&
         a.emails == b.emails && a.external_id == b.external_id && a.document == b.document &&
         a.schemas == b.schemas;
}

bool same(const User& a, const User& b) {
  return same(a.profile, b.profile) && a.scim_managed == b.scim_managed && a.license == b.license;
}

UserState next_state(UserState current, bool active) {
  if (!active) return UserState::deactivated;
  return current == UserState::deactivated ? UserState::active : current;
}

void audit_change(Transaction& transaction, OrganizationKey organization, const User& before,
                  const User& after) {
  json::Object old = shown(before, &after);
  json::Object now = shown(after, &before);
  json::Array attributes;
  for (auto& name : changed_members(before.profile.document, after.profile.document)) {
    attributes.emplace_back(std::move(name));
  }
  if (now.empty() && attributes.empty() && same(before.profile, after.profile)) return;
  transaction.audit(organization)
      .append("user.changed", object_of(after.id),
              json::write(json::Object{{"before", std::move(old)},
                                       {"after", std::move(now)},
                                       {"attributes", std::move(attributes)}}));
}

/// Tells the new user (S16), unless the link of an invitation does.
void notify(Transaction& transaction, const Organization& organization, const User& user,
            const NewUser& wanted) {
  if (!wanted.notify || !organization.policy.notify_new_users || user.profile.emails.empty() ||
      user.state != UserState::active) {
    return;
  }
  transaction.outbox().add(organization.key, user.profile.emails.front(), "user_added", {});
}

}  // namespace

Users::Users(Transaction& transaction, OrganizationKey organization,
             std::optional<ScimConnectionKey> scim_connection)
    : transaction_(transaction), organization_(organization), scim_connection_(scim_connection) {}

Result<User> Users::get(const UserId& id) {
  const sql::Rows row =
      transaction_.session().query(select_user, {organization_, id, scim_connection_});
  if (!row) return not_found();
  return user_of(row);
}

std::vector<UserGroup> Users::groups_of(const User& user) {
  std::vector<UserGroup> groups;
  sql::Rows row = transaction_.session().query(select_groups, {user.position, scim_connection_});
  for (; row; row.next()) groups.push_back({row.id<GroupId>(0), row.text(1)});
  return groups;
}

Result<User> Users::add(UserProfile profile, const NewUser& wanted) {
  return insert(profile, wanted);
}

Result<User> Users::add_or_link(UserProfile profile, const NewUser& wanted) {
  auto added = insert(profile, wanted);
  if (added) return added;
  const auto code = added.error().code();
  // Whoever is linked has a seat already, so that full seats do not matter.
  if (code != "user_name_taken" && code != "email_taken" && code != "seat_limit" &&
      code != "billing_seats") {
    return added;
  }
  auto known = matches(profile, true, false);
  if (known.empty()) known = rivals(profile, 0);
  if (known.empty()) return added;
  if (known.size() > 1 || known.front().scim_managed) return taken(profile, 0);
  return update(known.front(), std::move(profile));
}

Result<User> Users::insert(UserProfile& profile, const NewUser& wanted) {
  const Door door = door_of(transaction_, scim_connection_);
  if (door == Door::manual && !wanted.declared_id &&
      scim_hold(transaction_, organization_).closes_users()) {
    return held_by_scim("SCIM is on: users are added in the identity provider.");
  }
  if (wanted.declared_id &&
      transaction_.session().query(select_declared_id, {organization_, *wanted.declared_id})) {
    return Error(Fault::uniqueness, "Another user has this declared id.");
  }
  const Organization& organization = transaction_.organization(organization_);
  UserLifecycle lifecycle(transaction_, organization_, scim_connection_);
  User user{.id = new_id<UserId>(transaction_.now()),
            .position = 0,
            .profile = {},
            .state = wanted.invited ? UserState::invited : UserState::active,
            .created_by = wanted.created_by,
            .scim_managed = scim_connection_.has_value(),
            .declared_id = wanted.declared_id,
            .version = 1,
            .created = transaction_.now(),
            .modified = transaction_.now()};
  user.state = next_state(user.state, profile.active);
  if (has_seat(user)) {
    TRY(user.license, lifecycle.first_license(profile, wanted.license));
  }
  CHECK_OK(lifecycle.move_seat(nullptr, &user));
  if (!scim_connection_) {
    profile.external_id.reset();
    Tombstones(transaction_, organization_).restore_names(profile);
  }
  user.profile = std::move(profile);
  UserRows rows(transaction_.session(), organization_, scim_connection_);
  auto inserted = rows.insert(user, address_key(user.profile));
  // An address that is nobody's primary one may be shared.
  if (!inserted && matches(user.profile, true, false).empty() && rivals(user.profile, 0).empty()) {
    inserted = rows.insert(user, std::nullopt);
  }
  if (!inserted) {
    CHECK_OK(lifecycle.move_seat(&user, nullptr));
    profile = std::move(user.profile);
    return taken(profile, 0);
  }
  Counters(transaction_.session(), organization_, Counted::users).added(user.position);
  transaction_.audit(organization_)
      .append("user.added", object_of(user.id),
              json::write(json::Object{{"after", shown(user, nullptr)}}));
  lifecycle.audit_license(nullptr, user);
  if (has_seat(user)) {
    lifecycle.start(
        user, {.deployments = inserted->deployments, .default_groups = wanted.default_groups});
  }
  notify(transaction_, organization, user, wanted);
  return user;
}

std::vector<User> Users::matches(const UserProfile& profile, bool by_name, bool by_address) {
  std::vector<User> found;
  if (by_name) {
    UserSelection selection;
    selection.user_name = profile.user_name;
    found = list(selection, 0, 1);
  }
  const auto key = address_key(profile);
  if (!by_address || !key) return found;
  UserSelection selection;
  selection.email = *key;
  for (User& user : list(selection, 0, most_with_address)) {
    const bool known = !found.empty() && found.front().id == user.id;
    if (!known && address_key(user.profile) == key) found.push_back(std::move(user));
  }
  return found;
}

Error Users::taken(const UserProfile& profile, std::int64_t self) {
  // Whoever types an address hears of the address; an IdP of its key.
  const bool name_first = scim_connection_.has_value();
  const auto others = matches(profile, name_first, !name_first);
  const bool first =
      std::ranges::any_of(others, [&](const User& user) { return user.position != self; });
  return first == name_first ? name_taken() : address_taken();
}

std::vector<User> Users::rivals(const UserProfile& profile, std::int64_t self) {
  auto others = matches(profile, false, true);
  std::erase_if(others, [&](const User& user) {
    return user.position == self || (scim_connection_ && user.scim_managed);
  });
  return others;
}

Result<> Users::check_address(const User& current, const UserProfile& profile) {
  const auto key = address_key(profile);
  if (!key || same_address(current.profile, profile)) return {};
  if (rivals(profile, current.position).empty()) return {};
  return taken(profile, current.position);
}

Result<User> Users::update(const User& current, UserProfile profile) {
  if (!scim_connection_) profile.external_id = current.profile.external_id;
  UserLifecycle lifecycle(transaction_, organization_, scim_connection_);
  User next = current;
  next.profile = std::move(profile);
  next.scim_managed = current.scim_managed || scim_connection_;
  next.state = next_state(current.state, next.profile.active);
  TRY(next.license, lifecycle.license_after(current, next));
  if (same(current, next)) return current;
  if (current.scim_managed && door_of(transaction_, scim_connection_) == Door::manual &&
      scim_hold(transaction_, organization_).closes_users()) {
    return held_by_scim("SCIM is on: this user is edited in the identity provider.");
  }
  CHECK_OK(check_address(current, next.profile));
  CHECK_OK(hold_address(current, next));
  if (same(current, next)) return current;
  TRY(User saved, write(current, std::move(next)));
  if (saved.state == UserState::invited && !same_address(current.profile, saved.profile) &&
      primary_address(saved.profile)) {
    CHECK_OK(transaction_.invitations(organization_).resend(saved));
  }
  return saved;
}

Result<> Users::hold_address(const User& current, User& next) {
  const auto old = primary_address(current.profile);
  if (current.state != UserState::active || next.state != UserState::active || !old ||
      same_address(current.profile, next.profile) || !transaction_.mail() ||
      !transaction_.organization(organization_).policy.verify_email_on_jit) {
    return {};
  }
  if (const auto address = primary_address(next.profile)) {
    // An IdP states the new address again and again: one link is enough.
    Invitations links = transaction_.invitations(organization_);
    if (!links.asked(current, ConfirmationKind::email_change, *address)) {
      links.ask(current, ConfirmationKind::email_change, *address);
    }
  }
  TRY(next.profile, with_address(std::move(next.profile), std::string(*old), UserNameThen::stays));
  return {};
}

Result<User> Users::set_address(const User& current, const std::string& email) {
  User next = current;
  TRY(next.profile,
      with_address(current.profile, email,
                   current.scim_managed ? UserNameThen::stays : UserNameThen::follows));
  if (same(current, next)) return current;
  CHECK_OK(check_address(current, next.profile));
  return write(current, std::move(next));
}

Result<User> Users::activate(const User& current) {
  if (current.state != UserState::invited) return current;
  User next = current;
  next.state = UserState::active;
  return write(current, std::move(next));
}

Result<User> Users::write(const User& current, User next) {
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::user, current.position);
  UserLifecycle lifecycle(transaction_, organization_, scim_connection_);
  std::optional<AdminsKept> admins;
  if (next.license != current.license || has_seat(next) != has_seat(current)) {
    admins.emplace(transaction_, organization_);
    transaction_.access_changes().note_user(current.position);
  } else if (next.state != current.state) {
    transaction_.access_changes().note_user(current.position);
  }
  CHECK_OK(lifecycle.move_seat(&current, &next));
  next.modified = transaction_.now();
  next.version = current.version + 1;
  switch (UserRows(session, organization_, scim_connection_).update(current, next)) {
    case UserRows::Updated::done:
      break;
    case UserRows::Updated::name_taken:
      return name_taken();
    case UserRows::Updated::not_found:
      return not_found();
  }
  audit_change(transaction_, organization_, current, next);
  lifecycle.audit_license(&current, next);
  if (has_seat(current) && !has_seat(next)) {
    lifecycle.end(current, UserLifecycle::Ending::deactivated);
  } else if (has_seat(next) && !has_seat(current)) {
    lifecycle.start(next, {});
  }
  if (admins) CHECK_OK(admins->check(door_of(transaction_, scim_connection_)));
  return next;
}

void Users::set_last_sign_in(const User& user, Timestamp at) {
  transaction_.session().execute(update_last_sign_in, {user.position, at});
}

Result<> Users::remove(const UserId& id) {
  TRY(const User user, get(id));
  const Door door = door_of(transaction_, scim_connection_);
  if (door == Door::manual && user.scim_managed &&
      scim_hold(transaction_, organization_).closes_users()) {
    return held_by_scim("SCIM is on: this user is removed in the identity provider.");
  }
  sql::Session& session = transaction_.session();
  session.lock(sql::Resource::user, user.position);
  AdminsKept admins(transaction_, organization_);
  UserLifecycle lifecycle(transaction_, organization_, scim_connection_);
  lifecycle.end(user, UserLifecycle::Ending::removed);
  CHECK_OK(lifecycle.move_seat(&user, nullptr));
  Tombstones(transaction_, organization_).put(user);
  UserRows(session, organization_, scim_connection_).remove(user);
  Counters(session, organization_, Counted::users).removed(user.position);
  transaction_.audit(organization_)
      .append("user.removed", object_of(user.id),
              json::write(json::Object{{"before", shown(user, nullptr)}}));
  return admins.check(door);
}

std::vector<std::string> Users::removal_warnings(const User& user) {
  std::vector<std::string> warnings;
  for (const Connection& connection : transaction_.organizations().connections(organization_)) {
    warnings.push_back("The user may still be assigned in the identity provider of connection \"" +
                       connection.id + "\".");
  }
  if (!user.scim_managed) return warnings;
  for (const auto& connection : transaction_.organizations().scim_connections(organization_)) {
    if (!connection.enabled) continue;
    warnings.push_back("SCIM connection \"" + connection.id + "\" may add the user again.");
  }
  return warnings;
}

}  // namespace rollcall

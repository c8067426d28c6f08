#pragma once

#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::test {

inline Actor admin_actor() {
  return {.kind = ActorKind::operator_token,
          .id = "admin-token",
          .address = "192.0.2.2",
          .source = Source::api,
          .request_id = "request-2"};
}

inline Actor sign_in_actor() {
  return {.kind = ActorKind::system,
          .id = {},
          .address = "192.0.2.3",
          .source = Source::sso,
          .request_id = "request-3"};
}

inline UserProfile with_address(std::string address) {
  UserProfile profile = user_profile(address);
  profile.emails = {std::move(address)};
  return profile;
}

/// What went wrong, or nothing.
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? std::string() : std::string(result.error().code());
}

/// One organization of a preset with its users, written through each of the doors.
class People : public testing::Test {
 protected:
  explicit People(Preset preset = Preset::dagster, std::optional<std::string> plan = std::nullopt)
      : organization(must(
            directory->write_now(admin_actor(), [&](Transaction& tx) -> Result<OrganizationKey> {
              TRY(const Organization made, tx.organizations().add("acme", preset, plan));
              return made.key;
            }))) {}

  /// `work` on the users, by an admin.
  template <class Work>
  auto by_admin(Work work) {
    return directory->write_now(admin_actor(), [&](Transaction& tx) {
      Users users = tx.users(organization);
      return work(users);
    });
  }
  /// The same through the SCIM connection.
  template <class Work>
  auto by_scim(Work work) {
    return directory->write_now(test_actor(), [&](Transaction& tx) {
      Users users = tx.users(organization, scim);
      return work(users);
    });
  }
  template <class Work>
  auto in(Work work, const Actor& actor = admin_actor()) {
    return directory->write_now(actor, work);
  }

  Result<User> add(const std::string& address, NewUser wanted = {}) {
    return by_admin([&](Users& users) { return users.add(with_address(address), wanted); });
  }
  Result<User> provision(UserProfile profile) {
    return by_scim([&](Users& users) {
      return users.add_or_link(std::move(profile), {.created_by = CreatedBy::scim});
    });
  }
  Result<User> set_active(const User& user, bool active) {
    return by_scim([&](Users& users) -> Result<User> {
      TRY(const User current, users.get(user.id));
      UserProfile profile = current.profile;
      profile.active = active;
      return users.update(current, std::move(profile));
    });
  }
  Result<User> get(const UserId& id) {
    return directory->read_now([&](Transaction& tx) { return tx.users(organization).get(id); });
  }

  /// A SCIM connection with these options, replaced by the next call.
  void connect(std::string options, bool enabled = true) {
    scim = must(in([&](Transaction& tx) -> Result<ScimConnectionKey> {
      ScimConnection connection = TestDirectory::default_connection();
      connection.organization = organization;
      connection.enabled = enabled;
      connection.options = std::move(options);
      TRY(const ScimConnection saved, tx.organizations().put_scim_connection(connection));
      return saved.key;
    }));
  }
  template <class Change>
  void change_policy(Change change) {
    must(in([&](Transaction& tx) -> Result<> {
      TRY(Organization wanted, tx.organizations().get(organization));
      change(wanted.policy);
      CHECK_OK(tx.organizations().update(wanted));
      return {};
    }));
  }
  void set_seats(std::string_view pool, std::int64_t seats) {
    must(in([&](Transaction& tx) -> Result<> {
      return tx.seats(organization).set(pool, std::optional(std::optional(seats)), std::nullopt);
    }));
  }
  std::int64_t used(std::string_view pool = user_pool) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::int64_t> {
      return tx.seats(organization).get(pool).used;
    }));
  }
  void add_deployment(std::string name, std::optional<std::string> default_role = "viewer") {
    must(in([&](Transaction& tx) {
      return tx.scope_tree(organization)
          .add(Deployment{.name = std::move(name),
                          .default_role = std::move(default_role),
                          .code_locations = {}});
    }));
  }
  Group add_group(std::string name, GroupOptions options = {}) {
    return must(in([&](Transaction& tx) -> Result<Group> {
      TRY(const Group made, tx.groups(organization).add(group_profile(std::move(name))));
      return tx.groups(organization).set_options(made, options);
    }));
  }
  void join(const Group& group, const User& user, Origin origin) {
    must(in(
        [&](Transaction& tx) {
          const std::vector<UserId> one{user.id};
          return tx.groups(organization, scim).add_members(group, one, origin);
        },
        test_actor()));
  }
  void grant(const User& user, std::string role, Scope scope) {
    must(in([&](Transaction& tx) {
      return tx.grants(organization)
          .put({.subject = {SubjectKind::user, user.position},
                .role = std::move(role),
                .scope = std::move(scope)});
    }));
  }
  void make_admin(const User& user) { grant(user, "organization_admin", Scope{}); }

  /// "role@scope" of each own grant, sorted.
  std::vector<std::string> grants_of(const User& user) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> shown;
      for (const Grant& grant : tx.grants(organization).of({SubjectKind::user, user.position})) {
        shown.push_back(grant.role + "@" + grant.scope.str());
      }
      std::ranges::sort(shown);
      return shown;
    }));
  }
  std::vector<std::string> groups_of(const User& user) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> names;
      for (const UserGroup& group : tx.users(organization).groups_of(user)) {
        names.push_back(group.display_name);
      }
      return names;
    }));
  }
  std::vector<Mail> mails() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<Mail>> {
      return tx.outbox().list(organization, 0, 100);
    }));
  }
  /// Details of the events of this type.
  std::vector<std::string> events(std::string_view type) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> details;
      for (const AuditEvent& event : tx.audit(organization).list(0, 10'000)) {
        if (event.type == type) details.push_back(event.detail);
      }
      return details;
    }));
  }

  CreatedToken token_of(const User& user) {
    const Actor self{.kind = ActorKind::user,
                     .id = user.id.str(),
                     .address = {},
                     .source = Source::api,
                     .request_id = {}};
    return must(in(
        [&](Transaction& tx) {
          NewToken wanted;
          wanted.kind = TokenKind::user;
          wanted.organization = organization;
          wanted.user = user.id;
          wanted.name = "laptop";
          return tx.tokens().add(wanted);
        },
        self));
  }
  bool alive(const CreatedToken& token) {
    return must(directory->read_now([&](Transaction& tx) -> Result<bool> {
      const auto found = tx.tokens().find(token_hash(token.secret.reveal()));
      return found && found->alive(tx.now());
    }));
  }

  TestDirectory directory;
  OrganizationKey organization;
  ScimConnectionKey scim{0};
};

}  // namespace rollcall::test

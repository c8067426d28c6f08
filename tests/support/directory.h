#pragma once

#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/directory/directory.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::test {

/// Stands still until a test moves it.
class ManualClock final : public Clock {
 public:
  Timestamp now() const override { return Timestamp(std::chrono::milliseconds(milliseconds_)); }
  void advance(std::chrono::milliseconds by) { milliseconds_ += by.count(); }

 private:
  std::atomic<std::int64_t> milliseconds_{1'800'000'000'000};
};

inline Actor test_actor() {
  return {.kind = ActorKind::scim_token,
          .id = "test-token",
          .address = "192.0.2.1",
          .source = Source::scim,
          .request_id = "request-1"};
}

/// The value of a Result, or an exception that names the error.
template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error("unexpected error: " + result.error().detail());
  if constexpr (!std::is_void_v<T>) return *std::move(result);
}

inline UserProfile user_profile(std::string user_name) {
  UserProfile profile;
  profile.display_name = "User " + user_name;
  profile.emails = {user_name + "@example.com"};
  profile.document = R"("userName":")" + user_name + R"(")";
  profile.schemas = {"urn:ietf:params:scim:schemas:core:2.0:User"};
  profile.user_name = std::move(user_name);
  return profile;
}

inline GroupProfile group_profile(std::string name) {
  GroupProfile profile;
  profile.document = R"("displayName":")" + name + R"(")";
  profile.schemas = {"urn:ietf:params:scim:schemas:core:2.0:Group"};
  profile.display_name = std::move(name);
  return profile;
}

/// An organization with one SCIM connection and a token of it.
struct Tenant {
  OrganizationKey organization;
  ScimConnectionKey scim_connection;
  std::string token;
};

/// A directory in a temporary store, with a clock of the test's.
class TestDirectory {
 public:
  TestDirectory() : TestDirectory(default_options()) {}
  explicit TestDirectory(DirectoryOptions options)
      : directory_(Directory::open(std::move(options), clock_, log_)) {}

  static DirectoryOptions default_options(std::string store = "sqlite::memory:") {
    DirectoryOptions options;
    options.store = std::move(store);
    options.audit_key = Secret(std::string(32, 'k'));
    return options;
  }

  Directory& operator*() { return *directory_; }
  Directory* operator->() { return directory_.get(); }
  ManualClock& clock() { return clock_; }
  Log& log() { return log_; }

  Tenant add_tenant(std::string_view slug, ScimConnection connection = default_connection()) {
    return must(directory_->write_now(test_actor(), [&](Transaction& tx) -> Result<Tenant> {
      TRY(const Organization organization, tx.organizations().add(slug));
      connection.organization = organization.key;
      TRY(const ScimConnection scim, tx.organizations().put_scim_connection(connection));
      NewToken wanted;
      wanted.organization = organization.key;
      wanted.scim_connection = scim.key;
      wanted.name = "test";
      TRY(const CreatedToken created, tx.tokens().add(wanted));
      return Tenant{organization.key, scim.key, std::string(created.secret.reveal())};
    }));
  }
  User add_user(const Tenant& tenant, UserProfile profile) {
    return must(directory_->write_now(test_actor(), [&](Transaction& tx) {
      return users(tx, tenant).add(profile, {.created_by = CreatedBy::scim});
    }));
  }
  Group add_group(const Tenant& tenant, GroupProfile profile) {
    return must(directory_->write_now(
        test_actor(), [&](Transaction& tx) { return groups(tx, tenant).add(profile); }));
  }
  static Users users(Transaction& tx, const Tenant& tenant) {
    return tx.users(tenant.organization, tenant.scim_connection);
  }
  static Groups groups(Transaction& tx, const Tenant& tenant) {
    return tx.groups(tenant.organization, tenant.scim_connection);
  }
  static ScimConnection default_connection() {
    return {.key = ScimConnectionKey(0),
            .organization = OrganizationKey(0),
            .organization_slug = {},
            .id = "scim"};
  }

 private:
  ManualClock clock_;
  Log log_{LogFormat::text, LogLevel::error};
  std::unique_ptr<Directory> directory_;
};

}  // namespace rollcall::test

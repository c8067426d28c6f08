#pragma once

#include "gateway/crypto/random.h"
#include "gateway/directory/transaction.h"
#include "gateway/sign_in/identity_sign_in.h"
#include "tests/gateway/directory/people.h"
#include "tests/support/sign_in.h"

#include <gtest/gtest.h>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::sign_in::test {

using rollcall::test::code_of;
using rollcall::test::must;
using rollcall::test::People;
using rollcall::test::sign_in_actor;

inline constexpr std::string_view issuer = "https://idp.example";

/// Settings of an OpenID connection that is ready, makes users and owns acme.test; `over` replaces
/// members.
inline json::Object settings(json::Object over = {}) {
  json::Object all{{"protocol", "oidc"},
                   {"jit", true},
                   {"domains", json::Array{"acme.test"}},
                   {"oidc", json::Object{{"issuer", issuer}, {"client_id", "rollcall"}}}};
  for (const json::Member& member : over) all.set(member.name, member.value);
  return all;
}

/// Somebody of whom the IdP says everything there is to say.
inline Identity person(std::string subject, std::string email) {
  Identity identity{.connection = "idp",
                    .issuer = std::string(issuer),
                    .subject = std::move(subject),
                    .email = std::move(email),
                    .email_verified = true};
  return identity;
}

inline ClaimedGroups present(std::initializer_list<std::string> groups) {
  return {.state = ClaimedGroups::State::present, .values = groups};
}

/// People who come in through a connection "idp" of one organization.
class SignIns : public People {
 protected:
  explicit SignIns(Preset preset = Preset::dagster, std::optional<std::string> plan = std::nullopt)
      : People(preset, std::move(plan)) {
    declare();
  }

  /// Declares the connection and its client secret, over what was declared before.
  void declare(json::Object over = {}, std::string id = "idp") {
    must(in([&](Transaction& tx) -> Result<> {
      CHECK_OK(tx.organizations().put_connection(
          {.organization = organization,
           .id = id,
           .settings = json::write(json::Value(settings(std::move(over))))}));
      tx.connection_secrets(organization).set(keys, id, "client_secret", Secret("client secret"));
      return {};
    }));
  }
  SignInConnection connection(const std::string& id = "idp") {
    return must(directory->read_now(
        [&](Transaction& tx) { return find_connection(tx, keys, "acme", id); }));
  }

  static NewSession fresh() {
    NewSession wanted;
    random_bytes(wanted.hash);
    wanted.address = "192.0.2.7";
    wanted.user_agent = "browser";
    return wanted;
  }
  Result<SignedIn> enter(const Identity& identity, const NewSession& wanted = fresh()) {
    return enter(connection(identity.connection), identity, wanted);
  }
  Result<SignedIn> enter(const SignInConnection& through, const Identity& identity,
                         const NewSession& wanted) {
    return in(
        [&](Transaction& tx) {
          Trace attempt(directory.clock());
          auto entered = sign_in(tx, keys, through, identity, wanted, attempt);
          trace = attempt.document();
          return entered;
        },
        sign_in_actor());
  }
  Result<std::optional<User>> try_out(const Identity& identity) {
    return directory->read_now(
        [&](Transaction& tx) { return rehearse(tx, connection(identity.connection), identity); });
  }
  Result<> renew(const Identity& identity, const Session& session, const Secret& tokens = {}) {
    const SignInConnection through = connection(identity.connection);
    return in(
        [&](Transaction& tx) {
          Trace attempt(directory.clock());
          return renew_session(tx, keys, through, identity, session, tokens, attempt);
        },
        sign_in_actor());
  }

  std::optional<Session> stored(const Session& session) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<Session>> {
      return Sessions::find(tx, session.hash);
    }));
  }
  std::vector<Session> sessions_of(const User& user) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<Session>> {
      return tx.sessions(organization).list_of_user(user.position, 0, 100);
    }));
  }
  std::vector<LinkedIdentity> identities_of(const User& user) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<LinkedIdentity>> {
      return tx.identities(organization).list_of_user(user.position);
    }));
  }
  std::int64_t user_count() {
    return must(directory->read_now(
        [&](Transaction& tx) -> Result<std::int64_t> { return tx.users(organization).count({}); }));
  }
  /// Types of all audit events, oldest first.
  std::vector<std::string> audited() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<std::string>> {
      std::vector<std::string> types;
      for (const AuditEvent& event : tx.audit(organization).list(0, 100'000)) {
        types.push_back(event.type);
      }
      return types;
    }));
  }
  /// A user whom the SCIM connection of "idp" provisioned.
  User provisioned(std::string address, std::string external_id) {
    if (scim == ScimConnectionKey(0)) connect(R"({"connection":"idp"})");
    UserProfile profile = rollcall::test::with_address(std::move(address));
    profile.external_id = std::move(external_id);
    return must(provision(std::move(profile)));
  }

  KeyRing keys = rollcall::test::key_ring();
  /// Of the last enter().
  json::Object trace;
};

/// dbt's preset: default groups, licences, addresses confirmed by mail.
class DbtSignIns : public SignIns {
 protected:
  DbtSignIns() : SignIns(Preset::dbt) {}
};

}  // namespace rollcall::sign_in::test

#pragma once

#include "gateway/crypto/random.h"
#include "gateway/directory/new_id.h"
#include "tests/gateway/directory/people.h"

namespace rollcall::test {

inline Sha256 random_hash() { return sha256(random_text(32)); }

/// People who have sessions; "okta" is the connection unless a test says otherwise.
class SignedIn : public People {
 protected:
  using People::People;

  /// Good for an hour unused, for eight in all.
  Session session_of(const User& user) {
    const Timestamp now = directory.clock().now();
    return {.id = new_id<SessionId>(now),
            .hash = random_hash(),
            .organization = organization,
            .user_position = user.position,
            .user = user.id,
            .connection = "okta",
            .issuer = "https://idp.example",
            .subject = user.profile.user_name,
            .idp_session = {},
            .address = "192.0.2.9",
            .user_agent = "Browser/1.0",
            .created = now,
            .last_used = now,
            .idle = std::chrono::hours(1),
            .expires = now + std::chrono::hours(8),
            .reauth_at = now + std::chrono::hours(4)};
  }
  Session add(const Session& session) {
    return must(in([&](Transaction& tx) -> Result<Session> {
      return tx.sessions(session.organization).add(session);
    }));
  }
  Session sign_in(const User& user) { return add(session_of(user)); }
  User person(const std::string& address) { return must(People::add(address)); }

  bool exists(const Session& session) { return find(session).has_value(); }
  std::optional<Session> find(const Session& session) {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::optional<Session>> {
      return Sessions::find(tx, session.hash);
    }));
  }
  /// `work` on the sessions of the organization; what it gives.
  template <class Work>
  auto with_sessions(Work work) {
    using Given = std::invoke_result_t<Work, Sessions&>;
    return must(in([&](Transaction& tx) -> Result<Given> {
      Sessions sessions = tx.sessions(organization);
      return work(sessions);
    }));
  }
  std::size_t sessions_of(const User& user) {
    return with_sessions(
        [&](Sessions& all) { return all.list_of_user(user.position, 0, 1000).size(); });
  }
  OrganizationKey other_organization() {
    return must(in([&](Transaction& tx) -> Result<OrganizationKey> {
      TRY(const Organization made, tx.organizations().add("other"));
      return made.key;
    }));
  }
};

}  // namespace rollcall::test

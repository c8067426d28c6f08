// What holds whatever happens, in whatever order, at the same time: spec/access 3.2, 3.3a.
#include "tests/gateway/sign_in/sign_ins.h"

#include <array>
#include <atomic>
#include <random>
#include <set>
#include <thread>

namespace rollcall::sign_in::test {
namespace {

constexpr std::size_t people_count = 6;

std::string address_of(std::size_t person) { return "p" + std::to_string(person) + "@acme.test"; }

/// Random sign-ins, SCIM writes and removals of a few people.
class SignInHistory : public SignIns, public testing::WithParamInterface<unsigned> {
 protected:
  void SetUp() override {
    random_.seed(GetParam());
    connect(R"({"connection":"idp","manual_users":true})");
    set_seats("user", people_count - 1);
  }

  std::size_t pick(std::size_t below) {
    return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_);
  }

  void sign_somebody_in() {
    const std::size_t who = pick(people_count);
    // Now and then with another's address, or a subject of nobody's.
    const std::size_t address = pick(8) == 0 ? pick(people_count) : who;
    Identity identity = person("s" + std::to_string(pick(8) == 0 ? 99 : who), address_of(address));
    identity.email_verified = pick(6) != 0;
    identity.given_name = pick(2) == 0 ? "A" : "B";
    NewSession wanted = fresh();
    if (last_ && pick(3) == 0) wanted.replaces = last_->hash;
    const auto entered = enter(identity, wanted);
    if (!entered) return;
    ASSERT_TRUE(entered->session);
    last_ = entered->session;
    ASSERT_TRUE(stored(*last_));
    ASSERT_EQ(must(get(entered->user.id)).state, UserState::active);
    ++entered_;
  }
  void provision_somebody() {
    const std::size_t who = pick(people_count);
    UserProfile profile = rollcall::test::with_address(address_of(who));
    profile.external_id = "s" + std::to_string(who);
    static_cast<void>(provision(std::move(profile)));
  }
  void renew_somebody() {
    if (!last_) return;
    Identity identity = person(last_->subject, "p0@acme.test");
    identity.email.reset();
    static_cast<void>(renew(identity, *last_));
  }
  /// Of the users there are; nothing if there is none.
  std::optional<User> somebody() {
    const auto all = users();
    if (all.empty()) return std::nullopt;
    return all[pick(all.size())];
  }
  void step() {
    switch (pick(8)) {
      case 0:
        return provision_somebody();
      case 1:
        if (const auto user = somebody()) static_cast<void>(set_active(*user, false));
        return;
      case 2:
        if (const auto user = somebody()) static_cast<void>(set_active(*user, true));
        return;
      case 3:
        if (const auto user = somebody()) {
          static_cast<void>(by_scim([&](Users& users) { return users.remove(user->id); }));
        }
        return;
      case 4:
        return renew_somebody();
      default:
        return sign_somebody_in();
    }
  }

  std::vector<User> users() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<User>> {
      return tx.users(organization).list({}, 0, 1000);
    }));
  }
  std::vector<Session> sessions() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<Session>> {
      return tx.sessions(organization).list(0, 10'000);
    }));
  }

  void check() {
    std::set<std::string> active;
    std::set<std::string> identities;
    std::int64_t seated = 0;
    for (const User& user : users()) {
      if (user.state == UserState::active) active.insert(user.id.str());
      if (user.state != UserState::deactivated) ++seated;
      const auto linked = identities_of(user);
      ASSERT_LE(linked.size(), 1U) << "one subject of one issuer";
      for (const LinkedIdentity& one : linked) {
        ASSERT_TRUE(identities.insert(one.subject).second) << "an identity is one user's";
      }
    }
    ASSERT_EQ(used(), seated);
    ASSERT_LE(seated, static_cast<std::int64_t>(people_count) - 1);
    for (const Session& session : sessions()) {
      ASSERT_TRUE(active.contains(session.user.str())) << "a session of nobody";
      ASSERT_TRUE(identities.contains(session.subject)) << "a session without identity";
    }
  }

  int entered_ = 0;

 private:
  std::mt19937 random_;
  std::optional<Session> last_;
};

TEST_P(SignInHistory, KeepsTheInvariants) {
  for (int i = 0; i < 150; ++i) {
    step();
    check();
    if (HasFatalFailure()) FAIL() << "at step " << i;
  }
  EXPECT_GT(entered_, 10);
}
INSTANTIATE_TEST_SUITE_P(Seeds, SignInHistory, testing::Range(1U, 9U));

class SignInTogether : public SignIns {
 protected:
  /// Each at the same time; their codes, empty for who came in.
  template <std::size_t N>
  std::array<std::string, N> enter_together(const std::array<Identity, N>& identities) {
    const SignInConnection through = connection();
    std::array<std::string, N> codes;
    std::atomic<std::size_t> waiting{N};
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < N; ++i) {
      threads.emplace_back([&, i] {
        --waiting;
        while (waiting > 0) std::this_thread::yield();
        const auto entered = directory->write_now(sign_in_actor(), [&](Transaction& tx) {
          Trace attempt(directory.clock());
          return sign_in(tx, keys, through, identities[i], fresh(), attempt);
        });
        codes[i] = code_of(entered);
      });
    }
    for (std::thread& thread : threads) thread.join();
    return codes;
  }
};

TEST_F(SignInTogether, MakesOnePersonOneUser) {
  for (int i = 0; i < 20; ++i) {
    const Identity one = person("s" + std::to_string(i), address_of(static_cast<std::size_t>(i)));
    for (const std::string& code : enter_together<3>({one, one, one})) EXPECT_EQ(code, "");
    EXPECT_EQ(user_count(), i + 1);
  }
}

TEST_F(SignInTogether, GivesTheLastSeatToOne) {
  for (int i = 1; i <= 20; ++i) {
    set_seats("user", i);
    std::array<Identity, 3> rivals;
    for (std::size_t k = 0; k < rivals.size(); ++k) {
      const std::string name = std::to_string(i) + "-" + std::to_string(k);
      rivals[k] = person(name, name + "@acme.test");
    }
    std::multiset<std::string> codes;
    for (const std::string& code : enter_together(rivals)) codes.insert(code);
    EXPECT_EQ(codes.count(""), 1U);
    EXPECT_EQ(codes.count("seat_limit"), 2U);
    EXPECT_EQ(used(), i);
  }
}

TEST_F(SignInTogether, BindsAnAddressToOneSubject) {
  for (std::size_t i = 0; i < 20; ++i) {
    must(add(address_of(i)));
    const std::string name = std::to_string(i);
    const auto codes =
        enter_together<2>({person(name + "a", address_of(i)), person(name + "b", address_of(i))});
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()),
              (std::set<std::string>{"", "subject_conflict"}));
  }
}

}  // namespace
}  // namespace rollcall::sign_in::test

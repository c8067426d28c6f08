#include "gateway/mail/mailer.h"

#include "tests/gateway/app/scratch.h"
#include "tests/gateway/mail/smtp_sink.h"
#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <functional>
#include <thread>

namespace rollcall::mail {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::Scratch;
using test::SmtpSink;
using test::TestDirectory;
using test::text_of;

class MailerTest : public testing::Test {
 protected:
  void queue(const std::string& to) {
    must(directory->write_now(test::test_actor(), [&](Transaction& tx) -> Result<> {
      tx.outbox().add(tenant.organization, to, "invitation", {{"link_path", "/confirm?token=x"}});
      return {};
    }));
  }
  std::vector<Mail> outbox() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<Mail>> {
      return tx.outbox().list(tenant.organization, 0, 100);
    }));
  }
  /// The last message once it is as wanted, within half a minute.
  Mail wait_until(const std::function<bool(const Mail&)>& wanted) {
    const auto deadline = std::chrono::steady_clock::now() + 30s;
    while (std::chrono::steady_clock::now() < deadline) {
      if (const Mail mail = outbox().back(); wanted(mail)) return mail;
      std::this_thread::sleep_for(2ms);  // between two looks
    }
    throw std::runtime_error("the outbox did not change");
  }
  Mail wait_for(MailState state) {
    return wait_until([&](const Mail& mail) { return mail.state == state; });
  }
  MailOptions to_folder() const {
    return {SinkDir{folder / "mail"}, {"Rollcall", "no-reply@id.example"}, "https://id.example"};
  }
  MailOptions to_relay(const SmtpSink& sink) const {
    MailOptions options = to_folder();
    Smtp relay;
    relay.host = "127.0.0.1";
    relay.port = sink.port();
    relay.security = Smtp::Security::none;
    options.target = relay;
    return options;
  }
  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder / "mail")) {
      found.push_back(entry.path());
    }
    return found;
  }

  Scratch folder;
  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
};

// S16
TEST_F(MailerTest, WritesWhatLiesInTheOutboxIntoTheFolder) {
  queue("alice@example.com");
  const Mailer mailer(*directory, to_folder(), directory.clock(), directory.log());
  const Mail sent = wait_for(MailState::sent);
  EXPECT_EQ(sent.attempts, 1);
  EXPECT_TRUE(sent.data.empty()) << "a secret link must not stay";
  ASSERT_EQ(files().size(), 1U);
  EXPECT_EQ(files().front().extension(), ".eml");
  EXPECT_EQ(std::filesystem::status(files().front()).permissions(),
            static_cast<std::filesystem::perms>(0600));
  const json::Object message = test::read_message(files().front());
  EXPECT_EQ(text_of(message, "to"), "alice@example.com");
  EXPECT_EQ(text_of(message, "subject"), "You are invited to acme");
  EXPECT_NE(text_of(message, "text").find("https://id.example/confirm?token=x"), std::string::npos);
}

TEST_F(MailerTest, WhatIsQueuedWhileItRunsLeavesToo) {
  Mailer mailer(*directory, to_folder(), directory.clock(), directory.log());
  for (int i = 0; i < 5; ++i) queue("user" + std::to_string(i) + "@example.com");
  mailer.wake();
  wait_for(MailState::sent);
  EXPECT_EQ(files().size(), 5U);
}

// S16: a failure is retried; the add that queued it stays.
TEST_F(MailerTest, TriesAgainAfterAPause) {
  SmtpSink sink;
  queue("greylisted@example.com");
  Mailer mailer(*directory, to_relay(sink), directory.clock(), directory.log());
  const Mail waiting = wait_until([](const Mail& mail) { return mail.attempts == 1; });
  EXPECT_EQ(waiting.state, MailState::waiting);
  EXPECT_EQ(waiting.last_error, "451 4.7.1 Come back later");
  EXPECT_EQ(waiting.next_attempt, directory.clock().now() + 1min);
  EXPECT_TRUE(sink.empty());
  directory.clock().advance(1min);
  mailer.wake();
  EXPECT_EQ(wait_for(MailState::sent).attempts, 2);
  EXPECT_EQ(
      text_of(sink.message(), "message_id"),
      "<rollcall.1." + std::to_string(waiting.created.time_since_epoch().count()) + "@id.example>");
  EXPECT_TRUE(sink.empty());
}

TEST_F(MailerTest, ARefusalForGoodDoesNotHoldUpTheNext) {
  SmtpSink sink;
  queue("unknown@example.com");
  queue("not an address");
  queue("alice@example.com");
  const Mailer mailer(*directory, to_relay(sink), directory.clock(), directory.log());
  wait_for(MailState::sent);
  const auto all = outbox();
  EXPECT_EQ(all[0].state, MailState::failed);
  EXPECT_EQ(all[0].last_error, "550 5.1.1 No such user here");
  EXPECT_TRUE(all[0].data.empty());
  EXPECT_EQ(all[1].state, MailState::failed);
  EXPECT_EQ(text_of(sink.message(), "to"), "alice@example.com");
}

TEST_F(MailerTest, PausesGrowAndEndAfterTwoDays) {
  queue("alice@example.com");
  MailOptions options = to_folder();
  options.target = SinkDir{folder.file("a_file", "") / "mail"};  // no folder can be made there
  Mailer mailer(*directory, options, directory.clock(), directory.log());
  const Timestamp queued = directory.clock().now();
  std::vector<std::chrono::minutes> pauses;
  for (std::int64_t attempts = 1;; ++attempts) {
    const Mail mail = wait_until([&](const Mail& one) { return one.attempts == attempts; });
    if (mail.state == MailState::failed) break;
    const auto pause = mail.next_attempt - directory.clock().now();
    pauses.push_back(std::chrono::duration_cast<std::chrono::minutes>(pause));
    directory.clock().advance(pause);
    mailer.wake();
  }
  EXPECT_EQ(pauses.front(), 1min);
  EXPECT_TRUE(std::ranges::is_sorted(pauses));
  EXPECT_EQ(pauses.back(), 4h);
  EXPECT_GT(directory.clock().now() - queued, 40h);
  EXPECT_LE(directory.clock().now() - queued, 48h);
}

TEST_F(MailerTest, AnUnreachableRelayIsNotAskedForEachMessage) {
  MailOptions options = to_folder();
  {
    const SmtpSink gone;
    options = to_relay(gone);
  }
  queue("alice@example.com");
  queue("bob@example.com");
  Mailer mailer(*directory, options, directory.clock(), directory.log());
  wait_until([&](const Mail&) { return outbox().front().attempts == 1; });
  EXPECT_EQ(outbox().back().attempts, 0);
  directory.clock().advance(1min);
  mailer.wake();
  wait_until(
      [&](const Mail&) { return outbox().front().attempts + outbox().back().attempts == 2; });
}

TEST_F(MailerTest, EndsAtOnceWhileNothingIsDue) {
  const auto start = std::chrono::steady_clock::now();
  {
    const Mailer mailer(*directory, to_folder(), directory.clock(), directory.log());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

}  // namespace
}  // namespace rollcall::mail

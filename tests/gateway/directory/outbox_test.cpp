#include "tests/gateway/directory/people.h"

#include <gtest/gtest.h>

namespace rollcall {
namespace {

using namespace std::chrono_literals;
using test::must;
using test::test_actor;
using test::TestDirectory;

class OutboxTest : public testing::Test {
 protected:
  template <class Work>
  void write(Work work) {
    must(directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
      Outbox outbox = tx.outbox();
      work(outbox);
      return {};
    }));
  }
  void queue(std::string_view to) {
    write([&](Outbox& outbox) {
      outbox.add(tenant.organization, to, "user_added", {{"link_path", "/x?token=secret"}});
    });
  }
  std::vector<Mail> due() {
    return must(directory->read_now(
        [](Transaction& tx) -> Result<std::vector<Mail>> { return tx.outbox().due(100); }));
  }
  std::vector<Mail> all() {
    return must(directory->read_now([&](Transaction& tx) -> Result<std::vector<Mail>> {
      return tx.outbox().list(tenant.organization, 0, 100);
    }));
  }

  TestDirectory directory;
  test::Tenant tenant = directory.add_tenant("acme");
};

// S16
TEST_F(OutboxTest, AMessageIsDueAtOnceAndSentOnce) {
  queue("alice@example.com");
  ASSERT_EQ(due().size(), 1U);
  const Mail mail = due().front();
  EXPECT_EQ(mail.to, "alice@example.com");
  EXPECT_EQ(mail.template_name, "user_added");
  EXPECT_EQ(mail.organization, tenant.organization);
  EXPECT_EQ(mail.created, directory.clock().now());
  EXPECT_EQ(*mail.data.find("link_path")->string(), "/x?token=secret");
  write([&](Outbox& outbox) { outbox.sent(mail.position); });
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(all().front().state, MailState::sent);
}

// S16
TEST_F(OutboxTest, ARefusedUnitQueuesNothing) {
  const auto refused = directory->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    tx.outbox().add(tenant.organization, "alice@example.com", "user_added", {});
    return Error(Fault::conflict, "no");
  });
  EXPECT_FALSE(refused);
  EXPECT_TRUE(all().empty());
}

TEST_F(OutboxTest, AFailureWaitsForItsNextAttempt) {
  queue("alice@example.com");
  const std::int64_t position = due().front().position;
  const Timestamp later = directory.clock().now() + 5min;
  write([&](Outbox& outbox) { outbox.failed(position, "451 later", later); });
  EXPECT_TRUE(due().empty());
  directory.clock().advance(5min);
  ASSERT_EQ(due().size(), 1U);
  EXPECT_EQ(due().front().attempts, 1);
  EXPECT_EQ(due().front().last_error, "451 later");
  write([&](Outbox& outbox) { outbox.failed(position, "550 no", std::nullopt); });
  EXPECT_TRUE(due().empty());
  EXPECT_EQ(all().front().state, MailState::failed);
  EXPECT_EQ(all().front().last_error, "550 no");
}

TEST_F(OutboxTest, NoSecretStaysOnceAMessageEnded) {
  queue("alice@example.com");
  queue("bob@example.com");
  const auto mails = due();
  write([&](Outbox& outbox) {
    outbox.sent(mails[0].position);
    outbox.failed(mails[1].position, "550", std::nullopt);
  });
  for (const Mail& mail : all()) EXPECT_TRUE(mail.data.empty()) << mail.to;
}

TEST_F(OutboxTest, NothingIsQueuedWhereNoMailIsSent) {
  DirectoryOptions options = TestDirectory::default_options();
  options.mail = false;
  TestDirectory silent(options);
  const test::Tenant there = silent.add_tenant("acme");
  must(silent->write_now(test_actor(), [&](Transaction& tx) -> Result<> {
    tx.outbox().add(there.organization, "alice@example.com", "user_added", {});
    EXPECT_TRUE(tx.outbox().list(there.organization, 0, 10).empty());
    return {};
  }));
}

TEST_F(OutboxTest, WhatEndedIsForgottenAfterThirtyDays) {
  for (const char* to : {"sent@example.com", "waiting@example.com", "failed@example.com"}) {
    queue(to);
  }
  const auto mails = due();
  write([&](Outbox& outbox) {
    outbox.sent(mails[0].position);
    outbox.failed(mails[2].position, "550", std::nullopt);
  });
  directory.clock().advance(29 * 24h);
  queue("late@example.com");
  write([&](Outbox& outbox) { EXPECT_EQ(outbox.forget_old(100), 0); });
  directory.clock().advance(24h);
  write([&](Outbox& outbox) { EXPECT_EQ(outbox.forget_old(1), 1); });
  write([&](Outbox& outbox) { EXPECT_EQ(outbox.forget_old(100), 1); });
  ASSERT_EQ(all().size(), 2U);
  EXPECT_EQ(all()[0].to, "waiting@example.com");
  EXPECT_EQ(all()[1].to, "late@example.com");
}

}  // namespace
}  // namespace rollcall

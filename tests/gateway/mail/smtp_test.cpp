#include "gateway/mail/transport.h"
#include "tests/gateway/mail/smtp_sink.h"
#include "tests/gateway/net/net_support.h"

#include <gtest/gtest.h>

namespace rollcall::mail {
namespace {

using namespace std::chrono_literals;
using test::SmtpSink;
using test::text_of;
using Outcome = Delivery::Outcome;

Message message_to(std::string to) {
  Mail mail;
  mail.position = 1;
  mail.to = std::move(to);
  mail.template_name = "user_added";
  mail.data = {{"organization", "Acme"}};
  return *compose(mail, {"Rollcall", "no-reply@rollcall.example"}, "https://id.example");
}

Smtp relay_at(const SmtpSink& sink) {
  Smtp relay;
  relay.host = "localhost";
  relay.port = sink.port();
  relay.security = Smtp::Security::none;
  return relay;
}

Delivery send(Smtp relay, const Message& message, const std::stop_token& stop = {}) {
  return smtp_transport(std::move(relay))->deliver(message, stop);
}

TEST(SmtpRelay, TakesAMessageAsItWasComposed) {
  SmtpSink sink;
  const Message message = message_to("alice@example.com");
  const Delivery delivery = send(relay_at(sink), message);
  EXPECT_EQ(delivery.outcome, Outcome::sent) << delivery.reason;
  const json::Object taken = sink.message();
  EXPECT_EQ(text_of(taken, "envelope_from"), "no-reply@rollcall.example");
  EXPECT_EQ(json::write(*taken.find("envelope_to")), R"(["alice@example.com"])");
  EXPECT_EQ(text_of(taken, "subject"), "You have been added to Acme");
  EXPECT_FALSE(*taken.find("tls")->boolean());
  EXPECT_TRUE(sink.empty());
}

TEST(SmtpRelay, ATemporaryRefusalIsForLater) {
  SmtpSink sink;
  const auto transport = smtp_transport(relay_at(sink));
  const Message message = message_to("greylisted@example.com");
  const Delivery first = transport->deliver(message, {});
  EXPECT_EQ(first.outcome, Outcome::later);
  EXPECT_EQ(first.reason, "451 4.7.1 Come back later");
  EXPECT_FALSE(first.of_relay);
  EXPECT_EQ(transport->deliver(message, {}).outcome, Outcome::sent);
  EXPECT_EQ(json::write(*sink.message().find("envelope_to")), R"(["greylisted@example.com"])");
}

TEST(SmtpRelay, APermanentRefusalIsFinal) {
  SmtpSink sink;
  for (const auto& [to, reply] : {std::pair("unknown@example.com", "550 5.1.1 No such user here"),
                                  std::pair("full@example.com", "552 5.2.2 Mailbox full")}) {
    const Delivery delivery = send(relay_at(sink), message_to(to));
    EXPECT_EQ(delivery.outcome, Outcome::never) << to;
    EXPECT_EQ(delivery.reason, reply);
  }
  EXPECT_TRUE(sink.empty());
}

TEST(SmtpRelay, ThatDoesNotAnswerIsLeftAtTheTimeout) {
  SmtpSink sink;
  Smtp relay = relay_at(sink);
  relay.timeout = 500ms;
  const auto start = std::chrono::steady_clock::now();
  const Delivery delivery = send(relay, message_to("silent@example.com"));
  EXPECT_EQ(delivery.outcome, Outcome::later);
  EXPECT_TRUE(delivery.of_relay);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(SmtpRelay, ThatDoesNotAnswerHoldsUpTheEndForSecondsOnly) {
  SmtpSink sink;
  std::stop_source stop;
  stop.request_stop();
  const auto start = std::chrono::steady_clock::now();
  const Delivery delivery =
      send(relay_at(sink), message_to("silent@example.com"), stop.get_token());
  EXPECT_EQ(delivery.outcome, Outcome::interrupted);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
}

TEST(SmtpRelay, ThatIsNotThereIsTriedLater) {
  Smtp relay;
  {
    const SmtpSink sink;
    relay = relay_at(sink);
  }
  const Delivery delivery = send(relay, message_to("alice@example.com"));
  EXPECT_EQ(delivery.outcome, Outcome::later);
  EXPECT_TRUE(delivery.of_relay);
  EXPECT_FALSE(delivery.reason.empty());
}

class SmtpOverTls : public testing::TestWithParam<Smtp::Security> {
 protected:
  SmtpOverTls() { certificates_.issue("localhost"); }

  std::vector<std::string> arguments() const {
    const bool starttls = GetParam() == Smtp::Security::starttls;
    return {"--tls",         starttls ? "starttls" : "implicit",
            "--certificate", certificates_.files().certificate_chain.string(),
            "--key",         certificates_.files().private_key.string(),
            "--user",        "me@rollcall.example",
            "--password",    "a password"};
  }
  Smtp relay(const SmtpSink& sink) const {
    Smtp relay = relay_at(sink);
    relay.security = GetParam();
    relay.ca_file = certificates_.ca_file();
    relay.user = "me@rollcall.example";
    relay.password = Secret("a password");
    return relay;
  }

  net::TestCertificates certificates_;
};

TEST_P(SmtpOverTls, SendsWithALogin) {
  SmtpSink sink(arguments());
  const Delivery delivery = send(relay(sink), message_to("alice@example.com"));
  ASSERT_EQ(delivery.outcome, Outcome::sent) << delivery.reason;
  const json::Object taken = sink.message();
  EXPECT_TRUE(*taken.find("tls")->boolean());
  EXPECT_EQ(text_of(taken, "login"), "me@rollcall.example");
}

TEST_P(SmtpOverTls, RefusesACertificateOfAnUnknownAuthority) {
  SmtpSink sink(arguments());
  Smtp stranger = relay(sink);
  stranger.ca_file.clear();
  const Delivery delivery = send(stranger, message_to("alice@example.com"));
  EXPECT_EQ(delivery.outcome, Outcome::later);
  EXPECT_TRUE(delivery.of_relay);
  EXPECT_TRUE(sink.empty());
}

TEST_P(SmtpOverTls, RefusesACertificateOfAnotherName) {
  SmtpSink sink(arguments());
  Smtp other = relay(sink);
  other.host = "127.0.0.1";
  EXPECT_EQ(send(other, message_to("alice@example.com")).outcome, Outcome::later);
  EXPECT_TRUE(sink.empty());
}

// A wrong password is the operator's to mend: no message is lost for it.
TEST_P(SmtpOverTls, AWrongPasswordIsForLater) {
  SmtpSink sink(arguments());
  Smtp wrong = relay(sink);
  wrong.password = Secret("another");
  const Delivery delivery = send(wrong, message_to("alice@example.com"));
  EXPECT_EQ(delivery.outcome, Outcome::later);
  EXPECT_TRUE(delivery.of_relay);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SmtpOverTls,
                         testing::Values(Smtp::Security::starttls, Smtp::Security::tls),
                         [](const auto& info) {
                           return info.param == Smtp::Security::tls ? "Implicit" : "Starttls";
                         });

TEST(SmtpRelay, WithoutTheStarttlsThatIsRequiredGetsNothing) {
  SmtpSink sink;
  Smtp relay = relay_at(sink);
  relay.security = Smtp::Security::starttls;
  const Delivery delivery = send(relay, message_to("alice@example.com"));
  EXPECT_EQ(delivery.outcome, Outcome::later);
  EXPECT_TRUE(delivery.of_relay);
  EXPECT_TRUE(sink.empty());
}

}  // namespace
}  // namespace rollcall::mail

#include "gateway/mail/message.h"

#include "gateway/mail/encoding.h"
#include "gateway/mail/options.h"
#include "gateway/mail/template.h"
#include "tests/gateway/app/scratch.h"
#include "tests/gateway/mail/smtp_sink.h"
#include "tests/support/directory.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace rollcall::mail {
namespace {

using test::must;
using test::read_message;
using test::Scratch;
using test::text_of;

Mail example_mail(std::string organization = "Acme") {
  Mail mail;
  mail.position = 17;
  mail.to = "alice@example.com";
  mail.template_name = "invitation";
  mail.data = {{"organization", std::move(organization)},
               {"link_path", "/confirm?token=abc_-123"},
               {"invited_by", "Bob"}};
  mail.created = Timestamp(std::chrono::milliseconds(1'800'000'000'123));
  return mail;
}

const Address sender{"Rollcall", "no-reply@rollcall.example"};

/// As Python's email package reads it, which fails on every defect.
json::Object parsed(const Mail& mail, const Address& from = sender) {
  const Scratch scratch;
  const Message message = must(compose(mail, from, "https://id.example"));
  return read_message(scratch.file("m.eml", message.content));
}

TEST(MailMessage, IsWellFormedWithATextAndAnHtmlBody) {
  const json::Object message = parsed(example_mail());
  EXPECT_EQ(text_of(message, "from"), "Rollcall <no-reply@rollcall.example>");
  EXPECT_EQ(text_of(message, "to"), "alice@example.com");
  EXPECT_EQ(text_of(message, "subject"), "You are invited to Acme");
  EXPECT_EQ(text_of(message, "date"), "2027-01-15T08:00:00+00:00");
  EXPECT_EQ(text_of(message, "message_id"), "<rollcall.17.1800000000123@rollcall.example>");
  EXPECT_EQ(text_of(message, "type"), "multipart/alternative");
  EXPECT_EQ(json::write(*message.find("parts")), R"(["text/plain","text/html"])");
  EXPECT_NE(text_of(message, "text").find("\n  https://id.example/confirm?token=abc_-123\n"),
            std::string::npos);
  EXPECT_NE(text_of(message, "text").find("invited to Acme by Bob."), std::string::npos);
  EXPECT_NE(text_of(message, "html").find("href=\"https://id.example/confirm?token=abc_-123\""),
            std::string::npos);
  EXPECT_LE(*message.find("longest_line")->integer(), 78);
  EXPECT_TRUE(*message.find("only_crlf")->boolean());
  EXPECT_TRUE(*message.find("ascii")->boolean());
}

TEST(MailMessage, IsTheSameAtEachAttempt) {
  Mail again = example_mail();
  again.attempts = 3;
  again.last_error = "451";
  EXPECT_EQ(must(compose(example_mail(), sender, "")).content,
            must(compose(again, sender, "")).content);
}

TEST(MailMessage, EveryTemplateFillsWithoutARest) {
  ASSERT_EQ(templates().size(), 3U);
  for (const Template& one : templates()) {
    Mail mail = example_mail();
    mail.template_name = one.name;
    const json::Object message = parsed(mail);
    for (const char* part : {"subject", "text", "html"}) {
      EXPECT_NE(text_of(message, part).find("Acme"), std::string::npos) << one.name << part;
      EXPECT_EQ(text_of(message, part).find("{{"), std::string::npos) << one.name << part;
    }
  }
}

TEST(MailMessage, NamesOfAnyScriptAndLengthArriveWhole) {
  std::string name = "Żółw & Ko <\"🐢\"> ";
  for (int i = 0; i < 6; ++i) name += name.size() < 300 ? name : "";
  name += "=?end";
  const json::Object message = parsed(example_mail(name), {name, "no-reply@rollcall.example"});
  EXPECT_EQ(text_of(message, "subject"), "You are invited to " + name);
  EXPECT_EQ(text_of(message, "sender_name"), name);
  EXPECT_NE(text_of(message, "text").find(name), std::string::npos);
  EXPECT_NE(text_of(message, "html").find("&lt;&quot;🐢&quot;&gt;"), std::string::npos);
  EXPECT_LE(*message.find("longest_line")->integer(), 78);
  EXPECT_TRUE(*message.find("ascii")->boolean());
}

TEST(MailMessage, NothingInANameIsMarkup) {
  const json::Object message = parsed(example_mail("<script>alert('x')</script>{{link}}"));
  EXPECT_EQ(text_of(message, "html").find("<script>"), std::string::npos);
  EXPECT_NE(text_of(message, "text").find("<script>alert('x')</script>{{link}}"),
            std::string::npos);
}

TEST(MailMessage, NoNameEndsAHeader) {
  const std::string name = "Acme\r\nBcc: eve@example.com\r\n\r\nHi\x7f\t.";
  const json::Object message = parsed(example_mail(name), {name, "no-reply@rollcall.example"});
  EXPECT_EQ(json::write(*message.find("headers")),
            R"(["Auto-Submitted","Content-Type","Date","From","MIME-Version","Message-ID",)"
            R"("Subject","To"])");
  EXPECT_EQ(text_of(message, "subject"), "You are invited to Acme  Bcc: eve@example.com    Hi  .");
}

class NoMailbox : public testing::TestWithParam<const char*> {};

TEST_P(NoMailbox, IsNeverWrittenTo) {
  Mail mail = example_mail();
  mail.to = GetParam();
  const auto message = compose(mail, sender, "");
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().fault(), Fault::invalid_value);
}

INSTANTIATE_TEST_SUITE_P(
    Addresses, NoMailbox,
    testing::Values("", "alice", "@example.com", "alice@", "alice@ex ample.com",
                    "alice@example.com\r\nBcc: eve@example.com", "alice@example.com>",
                    "a,b@example.com", "\"a b\"@example.com", "a..b@example.com", ".a@example.com",
                    "alice@example..com", "alice@[192.0.2.1]", "zoë@example.com",
                    "alice@exa_mple.com", "alice@example.com."));

TEST(MailMessage, OfAnUnknownTemplateIsRefused) {
  Mail mail = example_mail();
  mail.template_name = "no_such";
  EXPECT_FALSE(compose(mail, sender, ""));
}

TEST(QuotedPrintable, FollowsRfc2045) {
  EXPECT_EQ(quoted_printable("a=b\nend \nü"), "a=3Db\r\nend=20\r\n=C3=BC\r\n");
  EXPECT_EQ(quoted_printable("a\r\nb\rc"), "a\r\nb=0Dc\r\n");
  const std::string folded = quoted_printable(std::string(200, 'x'));
  EXPECT_EQ(folded, std::string(75, 'x') + "=\r\n" + std::string(75, 'x') + "=\r\n" +
                        std::string(50, 'x') + "\r\n");
}

TEST(SenderAddress, IsReadWithAndWithoutAName) {
  EXPECT_EQ(must(parse_address("a@b.example")).mailbox, "a@b.example");
  const Address named = must(parse_address("Ada & Co <a+b@b.example>"));
  EXPECT_EQ(named.name, "Ada & Co");
  EXPECT_EQ(named.mailbox, "a+b@b.example");
  EXPECT_EQ(named.domain(), "b.example");
  for (const char* bad : {"", "Ada", "Ada <a@b", "a@b>", "Ada\n<a@b.example>", "a b@c"}) {
    EXPECT_FALSE(parse_address(bad)) << bad;
  }
}

TEST(SmtpUrl, SaysWhereAndHowSafely) {
  const Smtp full = must(parse_smtp("smtp://me%40x:p%3Aw%2F@Mail.example:2525"));
  EXPECT_EQ(full.host, "mail.example");
  EXPECT_EQ(full.port, 2525);
  EXPECT_EQ(full.user, "me@x");
  EXPECT_EQ(full.password.reveal(), "p:w/");
  EXPECT_EQ(full.security, Smtp::Security::starttls);
  EXPECT_EQ(must(parse_smtp("smtp://mail.example")).port, 587);
  EXPECT_EQ(must(parse_smtp("smtps://mail.example/")).port, 465);
  EXPECT_EQ(must(parse_smtp("smtps://mail.example")).security, Smtp::Security::tls);
  EXPECT_EQ(must(parse_smtp("smtp://localhost:25")).security, Smtp::Security::none);
  EXPECT_EQ(must(parse_smtp("smtp://[::1]:25")).host, "[::1]");
  EXPECT_EQ(must(parse_smtp("smtp://127.0.0.1?starttls=required")).security,
            Smtp::Security::starttls);
  EXPECT_EQ(must(parse_smtp("smtp://mail.example?starttls=off")).security, Smtp::Security::none);
}

TEST(SmtpUrl, IsRefusedWithoutRepeatingItsPassword) {
  for (const char* bad :
       {"mail.example", "http://mail.example", "smtp://", "smtp://:25", "smtp://mail.example:0",
        "smtp://mail.example:70000", "smtp://mail.example:x", "smtp://::1",
        "smtp://user:hunter2@mail.example?starttls=off", "smtp://us%0aer:hunter2@mail.example",
        "smtp://:hunter2@mail.example", "smtp://user:hunter2@mail.example/path",
        "smtp://mail.example?tls=off", "smtp://user:hunter2%zz@mail.example"}) {
    const auto smtp = parse_smtp(bad);
    ASSERT_FALSE(smtp) << bad;
    EXPECT_EQ(smtp.error().detail().find("hunter2"), std::string::npos) << bad;
  }
}

}  // namespace
}  // namespace rollcall::mail

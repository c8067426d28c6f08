#include "gateway/mail/message.h"

#include "gateway/mail/encoding.h"
#include "gateway/mail/template.h"

#include <array>
#include <ctime>

namespace rollcall::mail {
namespace {

/// RFC 5322 §3.3, in UTC.
std::string date_of(Timestamp instant) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(instant - day));
  const auto two = [](auto number) {
    const std::string text = std::to_string(number);
    return text.size() < 2 ? "0" + text : text;
  };
  const std::string date_text = std::string(days[std::chrono::weekday(day).c_encoding()]) + ", " +
                                std::to_string(static_cast<unsigned>(date.day())) + " " +
                                months[static_cast<unsigned>(date.month()) - 1] + " " +
                                std::to_string(static_cast<int>(date.year()));
  return date_text + " " + two(time.hours().count()) + ":" + two(time.minutes().count()) + ":" +
         two(time.seconds().count()) + " +0000";
}

/// A name as a quoted string (RFC 5322 §3.2.4) or encoded words, then the mailbox on a line of its
/// own.
std::string mailbox_text(const Address& address) {
  if (address.name.empty()) return "<" + address.mailbox + ">";
  std::string name = header_text(address.name);
  if (name.starts_with("=?")) return name + "\r\n <" + address.mailbox + ">";
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"\r\n <" + address.mailbox + ">";
}

std::string identity_of(const Mail& mail) {
  return std::to_string(mail.position) + "." +
         std::to_string(mail.created.time_since_epoch().count());
}

void append_part(std::string& out, std::string_view boundary, std::string_view type,
                 std::string_view body) {
  out.append("--").append(boundary).append("\r\nContent-Type: ").append(type);
  out.append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
  out.append(quoted_printable(body)).append("\r\n");
}

}  // namespace

Result<Message> compose(const Mail& mail, const Address& from, std::string_view base_url) {
  if (!is_mailbox(mail.to)) {
    return Error(Fault::invalid_value, "The address is none that mail can be sent to.");
  }
  json::Object data = mail.data;
  if (const json::Value* path = data.find("link_path"); path && path->string()) {
    data.set("link", std::string(base_url) + *path->string());
  }
  TRY(const Rendered rendered, render(mail.template_name, data));

  const std::string identity = identity_of(mail);
  // "=_" stands in no quoted-printable text (RFC 2045 §6.7).
  const std::string boundary = "=_rollcall." + identity;
  std::string content = "From: " + mailbox_text(from) + "\r\n";
  content += "To: <" + mail.to + ">\r\n";
  content += "Subject: " + header_text(rendered.subject) + "\r\n";
  content += "Date: " + date_of(mail.created) + "\r\n";
  content += "Message-ID: <rollcall." + identity + "@" + std::string(from.domain()) + ">\r\n";
  content += "Auto-Submitted: auto-generated\r\n";  // RFC 3834: no vacation notice answers
  content += "MIME-Version: 1.0\r\n";
  content += "Content-Type: multipart/alternative;\r\n boundary=\"" + boundary + "\"\r\n\r\n";
  append_part(content, boundary, "text/plain", rendered.text);
  append_part(content, boundary, "text/html", rendered.html);
  content += "--" + boundary + "--\r\n";
  return Message{identity, from.mailbox, mail.to, std::move(content)};
}

}  // namespace rollcall::mail

#include "gateway/mail/options.h"

#include "gateway/base/text.h"
#include "gateway/http/url.h"

#include <algorithm>
#include <charconv>

namespace rollcall::mail {
namespace {

constexpr std::string_view plain_scheme = "smtp://";
constexpr std::string_view tls_scheme = "smtps://";
constexpr int submission_port = 587;
constexpr int tls_port = 465;

Error wrong(std::string sentence) { return Error(Fault::invalid_value, std::move(sentence)); }

/// Takes what stands before the first `mark` off `text`, with the mark; nothing without one.
std::optional<std::string_view> take_before(std::string_view& text, char mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view taken = text.substr(0, at);
  text.remove_prefix(at + 1);
  return taken;
}

Result<> read_credentials(std::string_view text, Smtp& smtp) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto user = http::percent_decode(text.substr(0, colon));
  const auto password = http::percent_decode(text.substr(std::min(colon + 1, text.size())));
  const auto control = [](char c) { return static_cast<unsigned char>(c) < 0x20; };
  if (!user || !password || user->empty() || std::ranges::any_of(*user, control) ||
      std::ranges::any_of(*password, control)) {
    return wrong("must have user and password percent-encoded before the '@'");
  }
  smtp.user = *user;
  smtp.password = Secret(*password);
  return {};
}

Result<> read_host(std::string_view text, Smtp& smtp) {
  std::size_t end = std::min(text.rfind(':'), text.size());
  if (text.starts_with('[')) end = std::min(text.find(']') + 1, text.size());
  const auto host_character = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' ||
           c == '[' || c == ']';
  };
  smtp.host = ascii_lower(text.substr(0, end));
  if (smtp.host.empty() || !std::ranges::all_of(smtp.host, host_character) ||
      (smtp.host.find(':') != std::string::npos && smtp.host.front() != '[')) {
    return wrong("must name a host, such as smtp://mail.example.com:587");
  }
  if (end == text.size()) return {};
  const std::string_view port = text.substr(end + 1);
  const char* stop = port.data() + port.size();
  const auto [read, failure] = std::from_chars(port.data(), stop, smtp.port);
  if (text[end] != ':' || failure != std::errc{} || read != stop || smtp.port < 1 ||
      smtp.port > 65'535) {
    return wrong("must have a port from 1 to 65535 behind the host");
  }
  return {};
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

}  // namespace

Result<Smtp> parse_smtp(std::string_view url) {
  Smtp smtp;
  if (url.starts_with(tls_scheme)) {
    smtp.security = Smtp::Security::tls;
    smtp.port = tls_port;
    url.remove_prefix(tls_scheme.size());
  } else if (url.starts_with(plain_scheme)) {
    smtp.port = submission_port;
    url.remove_prefix(plain_scheme.size());
  } else {
    return wrong("must be smtp://host:port or smtps://host:port");
  }
  if (const auto credentials = take_before(url, '@'))
    CHECK_OK(read_credentials(*credentials, smtp));
  std::string_view query;
  if (const auto before = take_before(url, '?')) query = std::exchange(url, *before);
  if (url.ends_with('/')) url.remove_suffix(1);
  CHECK_OK(read_host(url, smtp));
  if (!query.empty() && query != "starttls=required" && query != "starttls=off") {
    return wrong("takes one parameter, starttls=required or starttls=off");
  }
  if (smtp.security == Smtp::Security::tls) return smtp;
  const bool plain = query.empty() ? is_loopback(smtp.host) : query == "starttls=off";
  if (!plain) return smtp;
  if (!smtp.user.empty() && !is_loopback(smtp.host)) {
    return wrong("would send the password in plain text: leave starttls=off away");
  }
  smtp.security = Smtp::Security::none;
  return smtp;
}

}  // namespace rollcall::mail

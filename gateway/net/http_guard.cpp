#include "gateway/net/http_guard.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace rollcall::net {
namespace {

Error malformed(std::string_view detail) {
  return Error(Fault::invalid_syntax, std::string(detail));
}

/// The fields that frame a message, gathered in one pass.
struct FramingFields {
  unsigned hosts = 0;
  unsigned lengths = 0;
  unsigned encodings = 0;
  std::string_view host;
  std::string_view length;
  std::string_view encoding;
  bool close = false;
  bool keep_alive = false;
  bool expects_continue = false;
};

void read_connection(std::string_view list, FramingFields& fields) {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    const std::string_view option = trim(list.substr(0, end));
    fields.close |= iequals(option, "close");
    fields.keep_alive |= iequals(option, "keep-alive");
    list.remove_prefix(std::min(end + 1, list.size()));
  }
}

void read_field(const http::Field& field, FramingFields& fields) {
  switch (field.name.size()) {
    case 4:
      if (!iequals(field.name, "Host")) return;
      ++fields.hosts;
      fields.host = field.value;
      return;
    case 6:
      if (iequals(field.name, "Expect")) {
        fields.expects_continue |= iequals(field.value, "100-continue");
      }
      return;
    case 10:
      if (iequals(field.name, "Connection")) read_connection(field.value, fields);
      return;
    case 14:
      if (!iequals(field.name, "Content-Length")) return;
      ++fields.lengths;
      fields.length = field.value;
      return;
    case 17:
      if (!iequals(field.name, "Transfer-Encoding")) return;
      ++fields.encodings;
      fields.encoding = field.value;
      return;
    default:
      return;
  }
}

/// Gateways map '-' and '_' to the same variable: X_Forwarded_User would pass for X-Forwarded-User.
Result<> check_names(const RequestHead& head) {
  for (const http::Field& field : head.fields) {
    if (field.name.find('_') != field.name.npos) {
      return malformed("A header field name contains an underscore.");
    }
  }
  return {};
}

/// RFC 9112 §3.2: exactly one Host in HTTP/1.1, and at most one before.
Result<> check_host(const RequestHead& head, const FramingFields& fields) {
  if (fields.hosts > 1) return malformed("There is more than one Host.");
  if (fields.hosts == 0 && head.version == 10) return {};
  if (fields.hosts == 0) return malformed("There is no Host.");
  if (!is_authority(fields.host)) return malformed("Host is not a host and port.");
  return {};
}

/// RFC 9112 §6.1: a coding other than plain chunked, or chunked where a peer may ignore it,
/// desynchronises.
Result<> check_transfer_encoding(const RequestHead& head, const FramingFields& fields) {
  if (fields.encodings == 0) return {};
  if (fields.encodings > 1 || !iequals(fields.encoding, "chunked")) {
    return malformed("The only Transfer-Encoding taken is chunked.");
  }
  if (head.version == 10) return malformed("HTTP/1.0 has no Transfer-Encoding.");
  if (fields.lengths != 0) {
    return malformed("There is both a Content-Length and a Transfer-Encoding.");
  }
  return {};
}

/// RFC 9112 §6.2, §6.3: one number; "5, 5" and a repeated field are refused as well.
Result<std::uint64_t> content_length(const FramingFields& fields) {
  if (fields.lengths == 0) return std::uint64_t{0};
  if (fields.lengths > 1) return malformed("There is more than one Content-Length.");
  std::uint64_t value = 0;
  const char* end = fields.length.data() + fields.length.size();
  const auto [stop, error] = std::from_chars(fields.length.data(), end, value);
  if (error != std::errc() || stop != end) return malformed("Content-Length is not a number.");
  return value;
}

/// RFC 9112 §3.2.2: absolute-form only when it names the same authority as Host.
std::optional<std::string_view> strip_authority(std::string_view target, std::string_view host) {
  const std::size_t mark = target.find("://");
  const std::string_view scheme = target.substr(0, mark);
  if (mark == target.npos || (!iequals(scheme, "http") && !iequals(scheme, "https"))) {
    return std::nullopt;
  }
  target.remove_prefix(mark + 3);
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  if (host.empty() || !iequals(target.substr(0, end), host)) return std::nullopt;
  target.remove_prefix(end);
  return target.empty() ? std::string_view("/") : target;
}

Result<> read_target(const RequestHead& head, Framing& framing) {
  std::string_view target = head.target;
  const bool visible = std::all_of(target.begin(), target.end(),
                                   [](char c) { return c > ' ' && c < 0x7f && c != '#'; });
  if (!visible) return malformed("The target contains a character that must be encoded.");
  if (target == "*" && framing.method == http::Method::options) {
    framing.path = target;
    return {};
  }
  if (!target.starts_with('/')) {
    const auto rest = strip_authority(target, framing.host);
    if (!rest || !rest->starts_with('/'))
      return malformed("The target is not a path of this host.");
    target = *rest;
  }
  const std::size_t mark = target.find('?');
  framing.path = target.substr(0, mark);
  if (mark != target.npos) framing.query = target.substr(mark + 1);
  return {};
}

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").find(c) != std::string_view::npos;
}

bool is_ipv6_char(char c) {
  return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
         c == '.';
}

}  // namespace

bool is_authority(std::string_view text) {
  std::size_t host_end = 0;
  if (text.starts_with('[')) {
    host_end = text.find(']');
    if (host_end == text.npos || host_end < 3) return false;
    if (!std::all_of(text.begin() + 1, text.begin() + static_cast<std::ptrdiff_t>(host_end),
                     is_ipv6_char)) {
      return false;
    }
    ++host_end;
  } else {
    host_end = std::min(text.find(':'), text.size());
    const std::string_view host = text.substr(0, host_end);
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_host_char)) return false;
  }
  if (host_end == text.size()) return true;
  const std::string_view port = text.substr(host_end + 1);
  return text[host_end] == ':' && port.size() <= 5 &&
         std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

Result<Framing> guard(const RequestHead& head) {
  const auto method = http::parse_method(head.method);
  if (!method) return Error(Fault::not_implemented, "No resource here has this method.");
  FramingFields fields;
  for (const http::Field& field : head.fields) read_field(field, fields);

  CHECK_OK(check_names(head));
  CHECK_OK(check_host(head, fields));
  CHECK_OK(check_transfer_encoding(head, fields));
  Framing framing;
  framing.method = *method;
  framing.host = fields.host;
  TRY(framing.content_length, content_length(fields));
  CHECK_OK(read_target(head, framing));
  framing.chunked = fields.encodings != 0;
  framing.keep_alive = !fields.close && (head.version == 11 || fields.keep_alive);
  framing.expects_continue = fields.expects_continue && head.version == 11;
  return framing;
}

}  // namespace rollcall::net

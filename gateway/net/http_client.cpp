#include "gateway/net/http_client.h"

#include "gateway/base/text.h"
#include "gateway/net/client_socket.h"
#include "gateway/net/http_guard.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace rollcall::net {
namespace {

namespace beast_http = boost::beast::http;
using ResponseParser = beast_http::response_parser<beast_http::string_body>;
using Deadline = ClientSocket::Deadline;

constexpr std::uint64_t most_body = 64 * 1024 * 1024;
constexpr std::uint32_t most_head = 64 * 1024;

struct Base {
  Remote remote;
  bool tls = false;
  std::string authority;  // for Host
  std::string prefix;     // of the path, without a final slash
};

[[noreturn]] void bad_base(std::string_view base) {
  throw std::invalid_argument("\"" + std::string(base) +
                              "\" is not http://host[:port][/path], https://… or unix:/path");
}

Base parse_base(std::string_view text) {
  Base base;
  std::string_view rest = text;
  if (rest.starts_with("unix:/")) {
    base.remote.path = rest.substr(5);
    base.authority = "localhost";
    return base;
  }
  base.tls = rest.starts_with("https://");
  if (!base.tls && !rest.starts_with("http://")) bad_base(text);
  rest.remove_prefix(base.tls ? 8 : 7);
  const std::size_t slash = std::min(rest.find('/'), rest.size());
  base.authority = rest.substr(0, slash);
  base.prefix = rest.substr(slash);
  while (base.prefix.ends_with('/')) base.prefix.pop_back();
  if (!is_authority(base.authority) || base.prefix.find_first_of("?# ") != base.prefix.npos) {
    bad_base(text);
  }
  const std::size_t bracket = base.authority.find(']');
  const std::size_t colon = base.authority.find(':', bracket == base.authority.npos ? 0 : bracket);
  base.remote.host = base.authority.substr(0, colon);
  if (bracket != base.authority.npos) base.remote.host = base.authority.substr(1, bracket - 1);
  if (colon != base.authority.npos) base.remote.port = base.authority.substr(colon + 1);
  if (base.remote.port.empty()) base.remote.port = base.tls ? "443" : "80";
  return base;
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  const auto ends_line = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  if (std::any_of(name.begin(), name.end(), ends_line) ||
      std::any_of(value.begin(), value.end(), ends_line)) {
    throw std::invalid_argument("a header field contains a line end");
  }
  out.append(name).append(": ").append(value).append("\r\n");
}

std::string serialize(const ClientRequest& request, const Base& base) {
  const auto given = [&](std::string_view name) {
    return std::any_of(request.fields.begin(), request.fields.end(),
                       [&](const auto& field) { return iequals(field.first, name); });
  };
  std::string out = request.method + " " + base.prefix + request.target + " HTTP/1.1\r\n";
  if (!given("Host")) append_field(out, "Host", base.authority);
  for (const auto& [name, value] : request.fields) append_field(out, name, value);
  const bool carries = !request.body.empty() || request.method == "POST" ||
                       request.method == "PUT" || request.method == "PATCH";
  if (carries) append_field(out, "Content-Length", std::to_string(request.body.size()));
  return out.append("\r\n").append(request.body);
}

ClientResponse to_response(ResponseParser& parser) {
  ClientResponse response;
  auto message = parser.release();
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.fields.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace

std::optional<std::string_view> ClientResponse::field(std::string_view name) const {
  for (const auto& [candidate, value] : fields) {
    if (iequals(candidate, name)) return value;
  }
  return std::nullopt;
}

struct HttpClient::Impl {
  Base base;
  std::chrono::milliseconds deadline{};
  SslContext tls;
  std::optional<ClientSocket> socket;

  Result<ClientResponse> exchange(const std::string& bytes, bool head_only, Deadline until,
                                  bool& answer_began);
  Result<> read_message(ResponseParser& parser, std::string& buffer, Deadline until,
                        bool& answer_began);
};

HttpClient::HttpClient(std::string_view base, std::chrono::milliseconds deadline,
                       const std::string& ca_file)
    : impl_(std::make_unique<Impl>()) {
  impl_->base = parse_base(base);
  impl_->deadline = deadline;
  if (impl_->base.tls) impl_->tls = make_client_context(ca_file);
}

HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;

Result<ClientResponse> HttpClient::send(const ClientRequest& request) {
  const Deadline until = std::chrono::steady_clock::now() + impl_->deadline;
  const std::string bytes = serialize(request, impl_->base);
  const bool head_only = request.method == "HEAD";
  const bool kept = impl_->socket.has_value();
  bool answer_began = false;
  auto outcome = impl_->exchange(bytes, head_only, until, answer_began);
  if (outcome || !kept || answer_began || std::chrono::steady_clock::now() >= until) return outcome;
  return impl_->exchange(bytes, head_only, until, answer_began);
}

Result<ClientResponse> HttpClient::Impl::exchange(const std::string& bytes, bool head_only,
                                                  Deadline until, bool& answer_began) {
  if (!socket) {
    TRY(socket, ClientSocket::connect(base.remote, tls.get(), until));
  }
  const auto written = socket->write(bytes, until);
  std::string buffer;
  std::optional<ResponseParser> parser;
  Result<> read;
  do {  // RFC 9110 §15.2: interim answers come first
    parser.emplace();
    parser->skip(head_only);
    parser->eager(true);
    parser->header_limit(most_head);
    parser->body_limit(most_body);
    read = read_message(*parser, buffer, until, answer_began);
  } while (read && parser->get().result_int() / 100 == 1);
  if (!read || !written || !parser->keep_alive() || !buffer.empty()) socket.reset();
  // A server may answer and close before it has taken the whole request.
  if (!read) return written ? read.error() : written.error();
  return to_response(*parser);
}

Result<> HttpClient::Impl::read_message(ResponseParser& parser, std::string& buffer, Deadline until,
                                        bool& answer_began) {
  std::array<char, 16 * 1024> chunk;
  while (true) {
    boost::system::error_code error;
    if (!buffer.empty()) {
      const std::size_t used = parser.put(boost::asio::buffer(buffer), error);
      buffer.erase(0, used);
      if (error && error != beast_http::error::need_more) {
        return Error(Fault::unavailable, "The answer is not valid HTTP: " + error.message() + ".");
      }
    }
    if (parser.is_done()) return {};
    TRY(const std::size_t got, socket->read(chunk, until));
    if (got > 0) {
      answer_began = true;
      buffer.append(chunk.data(), got);
      continue;
    }
    if (!parser.got_some()) return Error(Fault::unavailable, "The server closed the connection.");
    parser.put_eof(error);
    if (error) return Error(Fault::unavailable, "The server closed in the middle of its answer.");
    return {};
  }
}

}  // namespace rollcall::net

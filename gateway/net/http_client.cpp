#include "gateway/net/http_client.h"

#include "gateway/net/client_socket.h"
#include "gateway/net/http_guard.h"
#include "gateway/net/outgoing_message.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace rollcall::net {
namespace {

using Deadline = ClientSocket::Deadline;

constexpr std::size_t most_body = std::size_t{64} * 1024 * 1024;

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

}  // namespace

struct HttpClient::Impl {
  Base base;
  std::chrono::milliseconds deadline{};
  SslContext tls;
  std::optional<ClientSocket> socket;

  Result<ClientResponse> exchange(const std::string& bytes, AnswerParser& answer, Deadline until);
  Result<> read_answer(AnswerParser& answer, Deadline until);
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
  const std::string bytes = write_request(request.method, impl_->base.prefix + request.target,
                                          impl_->base.authority, request.fields, request.body);
  const bool head_only = request.method == "HEAD";
  const bool kept = impl_->socket.has_value();
  AnswerParser answer(head_only, most_body);
  auto outcome = impl_->exchange(bytes, answer, until);
  const bool in_time = std::chrono::steady_clock::now() < until;
  if (outcome || !kept || answer.began() || !in_time) return outcome;
  AnswerParser second(head_only, most_body);
  return impl_->exchange(bytes, second, until);
}

Result<ClientResponse> HttpClient::Impl::exchange(const std::string& bytes, AnswerParser& answer,
                                                  Deadline until) {
  if (!socket) {
    TRY(socket, ClientSocket::connect(base.remote, tls.get(), until));
  }
  const auto written = socket->write(bytes, until);
  const auto read = read_answer(answer, until);
  if (!read || !written || !answer.keeps_connection()) socket.reset();
  // A server may answer and close before it has taken the whole request.
  if (!read) return written ? read.error() : written.error();
  return answer.take();
}

Result<> HttpClient::Impl::read_answer(AnswerParser& answer, Deadline until) {
  std::array<char, 16 * 1024> chunk;
  while (true) {
    TRY(const std::size_t got, socket->read(chunk, until));
    if (got == 0) return answer.put_end();
    TRY(const bool whole, answer.put({chunk.data(), got}));
    if (whole) return {};
  }
}

}  // namespace rollcall::net

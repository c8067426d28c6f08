#include "gateway/net/outgoing_client.h"

#include "gateway/base/text.h"
#include "gateway/net/outgoing_message.h"
#include "gateway/net/outgoing_url.h"
#include "gateway/net/outgoing_wait.h"

#include <boost/asio/this_coro.hpp>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace rollcall::net {
namespace {

using Status = IoResult::Status;
using Deadline = DescriptorWait::Deadline;
using Clock = std::chrono::steady_clock;

constexpr std::size_t most_candidates = 8;
/// More than this is not read without letting others run: it would hold up the I/O thread.
constexpr std::size_t most_read_at_once = 64 * 1024;

Error unavailable(std::string detail) { return Error(Fault::unavailable, std::move(detail)); }

/// What the caller of fetch() is told; where and why is for the log and the trace.
Error unreachable(std::string_view origin, const Error& error) {
  std::string why(origin);
  if (!why.empty()) why += ": ";
  return Error(Fault::unavailable, "The identity provider could not be reached.",
               why + error.detail())
      .with_code("idp_unreachable");
}

bool is_token_character(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         others.find(c) != others.npos;
}

/// RFC 9110 §5.5; framing and encoding are ours to say.
Result<> check_field(std::string_view name, std::string_view value) {
  constexpr std::array<std::string_view, 10> ours{
      "Host", "Content-Length", "Transfer-Encoding", "Connection", "Accept-Encoding",
      "TE",   "Trailer",        "Upgrade",           "Expect",     "Keep-Alive"};
  const bool reserved = std::any_of(ours.begin(), ours.end(),
                                    [&](std::string_view own) { return iequals(own, name); });
  if (reserved || name.empty() || !std::all_of(name.begin(), name.end(), is_token_character)) {
    return unavailable("A header field of the request has a name that cannot be sent.");
  }
  const bool line = std::none_of(value.begin(), value.end(), [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
  if (!line) return unavailable("The header field " + std::string(name) + " is not one line.");
  return {};
}

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
};

SocketAddress socket_address(const IpAddress& address, std::uint16_t port) {
  SocketAddress result;
  if (address.is_v4()) {
    auto& v4 = reinterpret_cast<sockaddr_in&>(result.storage);
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    std::memcpy(&v4.sin_addr, address.bytes().data() + 12, 4);
    result.size = sizeof v4;
  } else {
    auto& v6 = reinterpret_cast<sockaddr_in6&>(result.storage);
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    std::memcpy(&v6.sin6_addr, address.bytes().data(), 16);
    result.size = sizeof v6;
  }
  return result;
}

/// A socket whose connection is on its way, or the errno.
std::pair<Fd, int> start_connection(const IpAddress& address, std::uint16_t port) {
  const SocketAddress to = socket_address(address, port);
  Fd fd(::socket(to.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return {Fd(), errno};
  const int on = 1;
  ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const auto* where = reinterpret_cast<const sockaddr*>(&to.storage);
  const bool failed = ::connect(fd.get(), where, to.size) != 0 && errno != EINPROGRESS;
  return {std::move(fd), failed ? errno : 0};
}

int pending_error(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
  return error;
}

Awaitable<Result<>> send(Stream& stream, DescriptorWait& ready, std::string_view bytes) {
  while (!bytes.empty()) {
    const IoResult sent = stream.write(bytes);
    if (sent.status == Status::done) {
      bytes.remove_prefix(sent.bytes);
      continue;
    }
    if (sent.status == Status::closed || sent.status == Status::failed) {
      co_return unavailable(stream.failure());
    }
    const auto waited = co_await ready.until(sent.status);
    if (!waited) co_return waited.error();
  }
  co_return Result<>();
}

/// What one pass read: nothing more to come (done), or what to wait for.
Result<Status> read_some(Stream& stream, AnswerParser& answer) {
  std::array<char, 16 * 1024> chunk;
  std::size_t total = 0;
  while (total < most_read_at_once || stream.has_decrypted()) {
    const IoResult got = stream.read(chunk);
    if (got.status == Status::failed) return unavailable(stream.failure());
    if (got.status == Status::closed) {
      CHECK_OK(answer.put_end());
      return Status::done;
    }
    if (got.status != Status::done) return got.status;
    TRY(const bool whole, answer.put({chunk.data(), got.bytes}));
    if (whole) return Status::done;
    total += got.bytes;
  }
  return Status::want_read;
}

Awaitable<Result<>> receive(Stream& stream, DescriptorWait& ready, AnswerParser& answer) {
  while (true) {
    CO_TRY(const Status status, read_some(stream, answer));
    if (status == Status::done) co_return Result<>();
    const auto waited = co_await ready.until(status);
    if (!waited) co_return waited.error();
  }
}

/// We ask for none, so whatever is encoded was not meant for us.
bool is_encoded(const http::FetchResponse& response) {
  return std::any_of(response.fields.begin(), response.fields.end(), [](const auto& field) {
    return iequals(field.first, "Content-Encoding") && !iequals(trim(field.second), "identity");
  });
}

SslContext make_context(const std::string& ca_file) {
  SslContext context = make_client_context({});
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    throw std::runtime_error("The certificates of " + ca_file +
                             " cannot be used: " + take_openssl_errors());
  }
  return context;
}

}  // namespace

/// What one fetch needs from its begin to its end.
struct OutgoingClient::Call {
  static Result<Call> of(const http::FetchRequest& request) {
    Call call;
    call.until = Clock::now() + request.deadline;
    TRY(call.url, parse_outgoing_url(request.url));
    if (!call.url.tls && !request.plain_loopback) {
      return unavailable("The URL is not https.");
    }
    for (const auto& [name, value] : request.fields) CHECK_OK(check_field(name, value));
    call.origin = call.url.origin();
    call.bytes = write_request(http::name(request.method), call.url.target, call.url.authority,
                               request.fields, request.body);
    call.head_only = request.method == http::Method::head;
    call.most_body = request.most_body;
    return call;
  }

  OutgoingUrl url;
  std::string origin;
  std::string bytes;
  bool head_only = false;
  std::size_t most_body = 0;
  Deadline until;
  /// The last exchange ended because the connection was closed before any byte of an answer.
  bool lost = false;
};

OutgoingClient::OutgoingClient(OutgoingOptions options)
    : policy_(options.allow),
      tls_(make_context(options.ca_file)),
      lookups_(std::move(options.resolver)),
      pool_(options.keep) {}

Awaitable<Result<http::FetchResponse>> OutgoingClient::fetch(http::FetchRequest request) {
  auto call = Call::of(request);
  if (!call) co_return unreachable({}, call.error());
  auto answer = co_await run(*call);
  if (!answer) co_return unreachable(call->origin, answer.error());
  co_return answer;
}

Awaitable<Result<http::FetchResponse>> OutgoingClient::run(Call& call) {
  if (auto kept = pool_.take(call.origin)) {
    auto answer = co_await exchange(*std::move(kept), call);
    if (!call.lost) co_return answer;
  }
  auto fresh = co_await connect(call);
  if (!fresh) co_return std::move(fresh).error();
  auto answer = co_await exchange(*std::move(fresh), call);
  co_return answer;
}

/// Only what the policy has seen comes out, and only that is connected to: a name that resolves to
/// something else a moment later changes nothing (DNS rebinding).
Awaitable<Result<std::vector<IpAddress>>> OutgoingClient::addresses(Call& call) {
  std::vector<IpAddress> found;
  if (call.url.address) {
    found.push_back(*call.url.address);
  } else {
    auto resolved = co_await lookups_.find(call.url.host, call.until);
    if (!resolved) co_return std::move(resolved).error();
    found = *std::move(resolved);
  }
  const auto refused = [&](const IpAddress& address) {
    return !policy_.permits(address) || (!call.url.tls && !is_loopback(address));
  };
  const auto end = std::remove_if(found.begin(), found.end(), refused);
  if (end == found.begin()) {
    // The same for a name that does not exist: see Resolver.
    co_return unavailable(
        call.url.tls ? "There is no address of it that may be reached; see outbound.allow."
                     : "There is no address of it that may be reached: plain HTTP is for allowed "
                       "loopback ones alone.");
  }
  found.erase(end, found.end());
  found.resize(std::min(found.size(), most_candidates));
  co_return found;
}

Awaitable<Result<OutgoingConnection>> OutgoingClient::connect(Call& call) {
  auto candidates = co_await addresses(call);
  if (!candidates) co_return std::move(candidates).error();
  const auto executor = co_await boost::asio::this_coro::executor;
  int last_error = 0;
  auto left = static_cast<int>(candidates->size());
  for (const IpAddress& address : *candidates) {
    auto [fd, error] = start_connection(address, call.url.port);
    if (error == 0) {
      // Each gets its share of the time, so that one that is silent leaves some to the next.
      const Deadline until = Clock::now() + (call.until - Clock::now()) / left;
      DescriptorWait ready(executor, fd.get(), until);
      const auto waited = co_await ready.until(Status::want_write);
      if (ready.cancelled()) co_return waited.error();
      error = waited ? pending_error(fd.get()) : ETIMEDOUT;
    }
    if (error == 0) {
      const int number = fd.get();
      SslSession session = nullptr;
      if (call.url.tls) session = connect_session(tls_.get(), number, call.url.host);
      co_return OutgoingConnection(std::move(fd), std::move(session));
    }
    last_error = error;
    --left;
  }
  co_return unavailable("No connection: " + std::string(std::strerror(last_error)) + ".");
}

Awaitable<Result<http::FetchResponse>> OutgoingClient::exchange(OutgoingConnection connection,
                                                                Call& call) {
  const auto executor = co_await boost::asio::this_coro::executor;
  AnswerParser answer(call.head_only, call.most_body);
  bool reusable = false;
  {
    DescriptorWait ready(executor, connection.fd.get(), call.until);
    const auto sent = co_await send(connection.stream, ready, call.bytes);
    if (!sent && ready.over()) co_return sent.error();
    const auto received = co_await receive(connection.stream, ready, answer);
    call.lost = !received && !answer.began() && !ready.over();
    // A server may answer and close before it has taken the whole request.
    if (!received) co_return sent ? received.error() : sent.error();
    reusable = sent && answer.keeps_connection();
  }
  if (reusable) pool_.put(call.origin, std::move(connection));
  http::FetchResponse response = answer.take();
  if (is_encoded(response)) co_return unavailable("The answer is encoded, which nobody asked for.");
  co_return response;
}

}  // namespace rollcall::net

#pragma once

#include "gateway/http/fetch.h"
#include "gateway/net/outgoing_lookups.h"
#include "gateway/net/outgoing_policy.h"
#include "gateway/net/outgoing_pool.h"
#include "gateway/net/tls.h"

#include <chrono>
#include <string>
#include <vector>

namespace rollcall::net {

struct OutgoingOptions {
  /// Ranges that are reached although they are not public (`outbound.allow`).
  std::vector<std::string> allow;
  /// PEM file of authorities that are believed beside the system's; empty for none.
  std::string ca_file;
  /// How long a connection without a request stays usable.
  std::chrono::milliseconds keep{60'000};
  Resolver resolver = &resolve_by_system;
};

/// The one way out (design.md 7): HTTP/1.1 over TLS with kept connections that any I/O thread may
/// take. A request is sent a second time only when a kept connection turned out closed before any
/// byte of an answer. fetch() may run on several threads at once, each of them with its own
/// io_context and SIGPIPE blocked; this outlives them.
class OutgoingClient final : public http::Fetcher {
 public:
  /// Throws std::runtime_error or std::invalid_argument with a sentence when an option cannot be
  /// used.
  explicit OutgoingClient(OutgoingOptions options);

  Awaitable<Result<http::FetchResponse>> fetch(http::FetchRequest request) override;

 private:
  struct Call;

  Awaitable<Result<http::FetchResponse>> run(Call& call);
  Awaitable<Result<OutgoingConnection>> connect(Call& call);
  Awaitable<Result<std::vector<IpAddress>>> addresses(Call& call);
  Awaitable<Result<http::FetchResponse>> exchange(OutgoingConnection connection, Call& call);

  AddressPolicy policy_;
  SslContext tls_;
  OutgoingLookups lookups_;
  OutgoingPool pool_;
};

}  // namespace rollcall::net

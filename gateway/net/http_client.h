#pragma once

#include "gateway/base/result.h"
#include "gateway/http/fetch.h"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::net {

struct ClientRequest {
  std::string method = "GET";
  /// Path and query, as they go on the wire.
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields;
  std::string body;
};

using ClientResponse = http::FetchResponse;

/// A blocking HTTP/1.1 client for commands and tests: one kept-alive connection, opened when
/// needed, a deadline for each request, at most 64 MiB of answer, no redirects. One thread at a
/// time.
class HttpClient {
 public:
  /// "http://host:port[/prefix]", "https://…" (certificate and host name are checked against the
  /// system's roots, or `ca_file`) or "unix:/path". Throws std::invalid_argument for another form.
  explicit HttpClient(std::string_view base,
                      std::chrono::milliseconds deadline = std::chrono::seconds(60),
                      const std::string& ca_file = {});
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;

  /// `unavailable` when no answer arrived, with a sentence that says why. The prefix of the base is
  /// put before the target. A request is sent again only when a kept connection turned out closed
  /// before any byte of an answer.
  Result<ClientResponse> send(const ClientRequest& request);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::net

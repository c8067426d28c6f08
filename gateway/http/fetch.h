#pragma once

#include "gateway/base/result.h"
#include "gateway/http/async.h"
#include "gateway/http/message.h"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::http {

/// One request of ours to a server that somebody else runs: an IdP, a directory API.
struct FetchRequest {
  Method method = Method::get;
  /// "https://host[:port]/path?query", percent-encoded. "http://" only with `plain_loopback`.
  std::string url;
  std::vector<std::pair<std::string, std::string>> fields = {};
  std::string body = {};
  /// For all of it: name, connection, TLS, request and answer.
  std::chrono::milliseconds deadline{5'000};
  std::size_t most_body = std::size_t{1024} * 1024;
  /// Plain HTTP may be spoken, to an address of this machine alone (IdPs of tests and demos).
  bool plain_loopback = false;
};

struct FetchResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> fields = {};
  std::string body = {};

  /// The first field of this name (any case), or nothing.
  std::optional<std::string_view> field(std::string_view name) const;
};

/// The one way out (design.md 7): certificate and host name are checked, addresses that are not
/// public are refused unless allowed, redirects are answers like any other and never followed.
class Fetcher {
 public:
  virtual ~Fetcher() = default;
  /// Any answer with a status is a success. `unavailable` with code "idp_unreachable" and why when
  /// none arrived: name, connection, TLS, time, an address that is not allowed, an answer that is
  /// no HTTP or too large. Resumes on the caller's executor; ends early when cancelled.
  virtual Awaitable<Result<FetchResponse>> fetch(FetchRequest request) = 0;
};

}  // namespace rollcall::http

#pragma once

#include "gateway/base/result.h"
#include "gateway/http/message.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::net {

/// A head as it stands on the wire; views into the bytes it was parsed from. Not yet to be trusted:
/// http_guard decides whether its framing is unambiguous.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  unsigned version = 11;  // 10 or 11
  std::vector<http::Field> fields;
};

struct HeadLimits {
  std::size_t bytes;
  std::size_t fields;
};

/// What is left of a chunked message has so many bytes at least: "0\r\n\r\n". Beast 1.81 aborts the
/// process when it is shown fewer of the last chunk a second time.
inline constexpr std::size_t least_rest_of_chunks = 5;

/// Parses the head that `bytes` begin with. Returns its size, 0 when more bytes are needed.
/// `head` is overwritten. Errors: invalid_syntax, header_too_large, not_implemented (HTTP version).
Result<std::size_t> parse_head(std::string_view bytes, HeadLimits limits, RequestHead& head);

/// Takes a chunked body apart (RFC 9112 §7.1). Extensions are skipped, trailers dropped; both are
/// bounded.
class ChunkedBody {
 public:
  /// `head` has been accepted by parse_head with the same limits.
  ChunkedBody(std::string_view head, HeadLimits limits, std::size_t body_limit);
  ~ChunkedBody();

  /// Appends to `body` what `bytes` hold of it. Returns how many bytes were used; the caller offers
  /// the others again, with more behind them. Errors: invalid_syntax, payload_too_large.
  Result<std::size_t> feed(std::string_view bytes, std::string& body);
  bool done() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
  std::size_t overhead_limit_;
};

}  // namespace rollcall::net

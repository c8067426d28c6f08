// The first line of the input's way into the server: head parser, guard, and the body that follows.
#include "gateway/net/http_guard.h"
#include "gateway/net/request_head.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace rollcall::net;

constexpr HeadLimits limits{8192, 50};
constexpr std::size_t body_limit = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

void feed_chunks(std::string_view head, std::string_view rest) {
  ChunkedBody chunks(head, limits, body_limit);
  std::string body;
  while (!rest.empty() && !chunks.done()) {
    const auto used = chunks.feed(rest, body);
    if (!used || *used == 0) break;
    rest.remove_prefix(*used);
  }
  require(body.size() <= body_limit);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  RequestHead head;
  const auto used = parse_head(input, limits, head);
  if (!used || *used == 0) return 0;
  require(*used <= input.size() && head.fields.size() <= limits.fields);
  const auto framing = guard(head);
  if (!framing) return 0;
  require(framing->path.starts_with('/') || framing->path == "*");
  require(!framing->chunked || framing->content_length == 0);
  require(head.version == 10 || is_authority(framing->host));
  if (framing->chunked) feed_chunks(input.substr(0, *used), input.substr(*used));
  return 0;
}

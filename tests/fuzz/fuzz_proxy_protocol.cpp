#include "gateway/net/proxy_protocol.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using rollcall::net::parse_proxy_header;
using State = rollcall::net::ProxyHeader::State;

/// A header that is complete is so for every longer input, and incomplete or complete for every
/// shorter.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto whole = parse_proxy_header(input);
  if (whole.state != State::complete) return 0;
  if (whole.size > input.size() || whole.size > rollcall::net::max_proxy_header) std::abort();
  for (std::size_t length = 0; length <= whole.size; ++length) {
    const auto part = parse_proxy_header(input.substr(0, length));
    const State expected = length < whole.size ? State::incomplete : State::complete;
    if (part.state != expected ||
        part.client.has_value() != (length == whole.size && whole.client)) {
      std::abort();
    }
  }
  return 0;
}

#pragma once

#include "gateway/net/fd.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::net {

struct ListenSockets {
  std::vector<Fd> sockets;
  std::string address;  // with the port that was bound
};

/// Listens on "192.0.2.1:8080" or "[::1]:0" with `count` sockets that share the port, or on
/// "unix:/path" with one. An address that another process listens on is refused, though ports are
/// shared within. Throws std::runtime_error with a sentence.
ListenSockets open_listen_sockets(const std::string& address, unsigned count);

}  // namespace rollcall::net

#include "gateway/net/stream.h"

#include <openssl/err.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace rollcall::net {
namespace {

using Status = IoResult::Status;

IoResult plain_result(ssize_t returned, Status blocked) {
  if (returned > 0) return {Status::done, static_cast<std::size_t>(returned)};
  if (returned == 0) return {Status::closed, 0};
  const bool again = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
  return {again ? blocked : Status::failed, 0};
}

int clamp(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, INT_MAX)); }

}  // namespace

IoResult Stream::read(std::span<char> into) {
  if (!session_) {
    return plain_result(::recv(socket_, into.data(), into.size(), 0), Status::want_read);
  }
  ERR_clear_error();
  return tls_result(SSL_read(session_.get(), into.data(), clamp(into.size())));
}

IoResult Stream::write(std::string_view bytes, bool more) {
  if (!session_) {
    const int flags = MSG_NOSIGNAL | (more ? MSG_MORE : 0);
    return plain_result(::send(socket_, bytes.data(), bytes.size(), flags), Status::want_write);
  }
  ERR_clear_error();
  return tls_result(SSL_write(session_.get(), bytes.data(), clamp(bytes.size())));
}

IoResult Stream::tls_result(int returned) {
  if (returned > 0) return {Status::done, static_cast<std::size_t>(returned)};
  switch (SSL_get_error(session_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return {Status::want_read, 0};
    case SSL_ERROR_WANT_WRITE:
      return {Status::want_write, 0};
    case SSL_ERROR_ZERO_RETURN:
      return {Status::closed, 0};
    default:
      return {Status::failed, 0};
  }
}

bool Stream::readable() const {
  int waiting = 0;
  return has_decrypted() || (::ioctl(socket_, FIONREAD, &waiting) == 0 && waiting > 0);
}

std::string Stream::failure() const {
  if (session_) {
    const long verified = SSL_get_verify_result(session_.get());
    if (verified != X509_V_OK) {
      return std::string("The server's certificate was refused: ") +
             X509_verify_cert_error_string(verified) + ".";
    }
    const std::string errors = take_openssl_errors();
    if (!errors.empty()) return "TLS failed: " + errors + ".";
  }
  return "The server closed the connection.";
}

void Stream::shut_down() {
  if (session_ && SSL_is_init_finished(session_.get())) {
    ERR_clear_error();
    SSL_shutdown(session_.get());
    ERR_clear_error();
  }
  ::shutdown(socket_, SHUT_WR);
}

}  // namespace rollcall::net

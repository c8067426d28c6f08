#include "gateway/net/tls.h"

#include "gateway/base/ip_address.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace rollcall::net {
namespace {

constexpr std::string_view alpn("\x08http/1.1");
constexpr const char* tls12_suites = "ECDHE+AESGCM:ECDHE+CHACHA20";

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// RFC 7301 §3.2: a client that offers protocols but not ours is told so.
int select_alpn(SSL*, const unsigned char** out, unsigned char* out_size,
                const unsigned char* offered, unsigned int offered_size, void*) {
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, bytes(alpn), static_cast<unsigned>(alpn.size()),
                            offered, offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

SslContext make_context(const SSL_METHOD* method) {
  SslContext context(SSL_CTX_new(method));
  if (!context) throw std::runtime_error("OpenSSL: " + take_openssl_errors());
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(context.get(), tls12_suites);
  // A truncated message is found by HTTP's own framing.
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                         SSL_OP_IGNORE_UNEXPECTED_EOF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

Result<SslContext> make_server_context(const TlsFiles& files) {
  SslContext context = make_context(TLS_server_method());
  const auto unusable = [](std::string_view what, const std::filesystem::path& file) {
    return Error(Fault::unavailable, "The " + std::string(what) + " " + file.string() +
                                         " cannot be used: " + take_openssl_errors());
  };
  if (SSL_CTX_use_certificate_chain_file(context.get(), files.certificate_chain.c_str()) != 1) {
    return unusable("certificate chain", files.certificate_chain);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), files.private_key.c_str(), SSL_FILETYPE_PEM) !=
      1) {
    return unusable("private key", files.private_key);
  }
  if (SSL_CTX_check_private_key(context.get()) != 1) {
    return unusable("private key", files.private_key);
  }
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // Tickets carry the session; a cache of our own would only hold memory.
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_session_id_context(context.get(), bytes("rollcall"), 8);
  SSL_CTX_set_num_tickets(context.get(), 1);
  SSL_CTX_set_alpn_select_cb(context.get(), &select_alpn, nullptr);
  return context;
}

}  // namespace

std::string take_openssl_errors() {
  std::string all;
  while (const unsigned long code = ERR_get_error()) {
    std::array<char, 256> line{};
    ERR_error_string_n(code, line.data(), line.size());
    if (!all.empty()) all += "; ";
    all += line.data();
  }
  return all;
}

TlsServer::TlsServer(TlsFiles files) : files_(std::move(files)) {
  if (auto loaded = reload(); !loaded) throw std::runtime_error(loaded.error().detail());
}

std::shared_ptr<SSL_CTX> TlsServer::current() const {
  const std::lock_guard lock(mutex_);
  return context_;
}

SslSession TlsServer::accept(int socket) const {
  const std::shared_ptr<SSL_CTX> context = current();
  SslSession session(SSL_new(context.get()));
  if (!session || SSL_set_fd(session.get(), socket) != 1) {
    take_openssl_errors();
    return nullptr;
  }
  SSL_set_accept_state(session.get());
  return session;
}

Result<> TlsServer::reload() {
  TRY(auto loaded, make_server_context(files_));
  std::shared_ptr<SSL_CTX> context = std::move(loaded);
  const std::lock_guard lock(mutex_);
  context_.swap(context);
  return {};
}

SslContext make_client_context(const std::string& ca_file) {
  SslContext context = make_context(TLS_client_method());
  const int loaded = ca_file.empty() ? SSL_CTX_set_default_verify_paths(context.get())
                                     : SSL_CTX_load_verify_file(context.get(), ca_file.c_str());
  if (loaded != 1) {
    throw std::runtime_error("The certificates of " + ca_file +
                             " cannot be used: " + take_openssl_errors());
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_alpn_protos(context.get(), bytes(alpn), static_cast<unsigned>(alpn.size()));
  return context;
}

SslSession connect_session(SSL_CTX* context, int socket, const std::string& host) {
  SslSession session(SSL_new(context));
  if (!session || SSL_set_fd(session.get(), socket) != 1) {
    throw std::runtime_error("OpenSSL: " + take_openssl_errors());
  }
  X509_VERIFY_PARAM* expected = SSL_get0_param(session.get());
  const bool is_address = IpAddress::parse(host).has_value();
  const int set = is_address ? X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str())
                             : X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size());
  if (set != 1) throw std::runtime_error("OpenSSL: " + take_openssl_errors());
  // RFC 6066 §3: an address is not a server name.
  if (!is_address) SSL_set_tlsext_host_name(session.get(), host.c_str());
  SSL_set_connect_state(session.get());
  return session;
}

}  // namespace rollcall::net

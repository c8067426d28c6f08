#include "gateway/crypto/random.h"

#include "gateway/crypto/base64.h"

#include <openssl/rand.h>

#include <stdexcept>

namespace rollcall {

void random_bytes(std::span<std::uint8_t> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) {
    throw std::runtime_error("OpenSSL has no random bytes");
  }
}

std::string random_text(std::size_t size) {
  std::string bytes(size, '\0');
  random_bytes({reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()});
  return base64url_encode(bytes);
}

}  // namespace rollcall

#include "gateway/crypto/certificate.h"

#include "gateway/base/c_ptr.h"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <ctime>

namespace rollcall {

std::optional<Timestamp> certificate_expiry(std::string_view pem) {
  const CPtr<BIO, &BIO_free_all> in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!in) return std::nullopt;
  const CPtr<X509, &X509_free> certificate(PEM_read_bio_X509(in.get(), nullptr, nullptr, nullptr));
  std::tm end{};
  if (!certificate || ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &end) != 1) {
    return std::nullopt;
  }
  return std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::from_time_t(timegm(&end)));
}

}  // namespace rollcall

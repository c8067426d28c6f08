#include "gateway/base/c_ptr.h"
#include "gateway/base/ip_address.h"
#include "tests/gateway/net/net_support.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <cstdio>
#include <filesystem>
#include <stdexcept>

namespace rollcall::net {
namespace {

using Key = CPtr<EVP_PKEY, &EVP_PKEY_free>;
using Certificate = CPtr<X509, &X509_free>;
using File = CPtr<std::FILE, &std::fclose>;

Key make_key() { return Key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256")); }

void add_extension(X509* certificate, int kind, const std::string& value) {
  const CPtr<X509_EXTENSION, &X509_EXTENSION_free> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()));
  if (!extension) throw std::runtime_error("bad extension " + value);
  X509_add_ext(certificate, extension.get(), -1);
}

Certificate make_certificate(EVP_PKEY* key, const std::string& name) {
  Certificate certificate(X509_new());
  static long serial = 0;
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  return certificate;
}

File create(const std::filesystem::path& path) { return File(std::fopen(path.c_str(), "w")); }

}  // namespace

struct TestCertificates::Impl {
  std::filesystem::path folder;
  Key ca_key = make_key();
  Certificate ca = make_certificate(ca_key.get(), "Test CA");
};

TestCertificates::TestCertificates() : impl_(std::make_unique<Impl>()) {
  std::string pattern = std::filesystem::temp_directory_path() / "rollcall-tls-XXXXXX";
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
  impl_->folder = pattern;
  X509* ca = impl_->ca.get();
  X509_set_issuer_name(ca, X509_get_subject_name(ca));
  add_extension(ca, NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(ca, impl_->ca_key.get(), EVP_sha256());
  PEM_write_X509(create(ca_file()).get(), ca);
}

TestCertificates::~TestCertificates() { std::filesystem::remove_all(impl_->folder); }

void TestCertificates::issue(const std::string& name) { issue(name, 3600); }

void TestCertificates::issue_expired(const std::string& name) { issue(name, -60); }

void TestCertificates::issue(const std::string& name, long seconds_left) {
  const Key key = make_key();
  const Certificate certificate = make_certificate(key.get(), name);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), seconds_left);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(impl_->ca.get()));
  add_extension(certificate.get(), NID_subject_alt_name,
                (IpAddress::parse(name) ? "IP:" : "DNS:") + name);
  X509_sign(certificate.get(), impl_->ca_key.get(), EVP_sha256());
  PEM_write_X509(create(files().certificate_chain).get(), certificate.get());
  PEM_write_PrivateKey(create(files().private_key).get(), key.get(), nullptr, nullptr, 0, nullptr,
                       nullptr);
}

TlsFiles TestCertificates::files() const {
  return {impl_->folder / "chain.pem", impl_->folder / "key.pem"};
}

std::string TestCertificates::ca_file() const { return impl_->folder / "ca.pem"; }

}  // namespace rollcall::net

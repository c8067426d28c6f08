#include "gateway/crypto/signature_scheme.h"

#include <array>

namespace rollcall {
namespace {

struct Row {
  KeyKind kind;
  Hash hash;
  bool pss;
};

/// In the order of the enumerators.
constexpr std::array<Row, 10> rows{{
    {KeyKind::rsa, Hash::sha256, false},
    {KeyKind::rsa, Hash::sha384, false},
    {KeyKind::rsa, Hash::sha512, false},
    {KeyKind::rsa, Hash::sha256, true},
    {KeyKind::rsa, Hash::sha384, true},
    {KeyKind::rsa, Hash::sha512, true},
    {KeyKind::p256, Hash::sha256, false},
    {KeyKind::p384, Hash::sha384, false},
    {KeyKind::p521, Hash::sha512, false},
    {KeyKind::ed25519, Hash::sha512, false},
}};

const Row& row_of(SignatureScheme scheme) { return rows[static_cast<std::size_t>(scheme)]; }

}  // namespace

KeyKind kind_of(SignatureScheme scheme) { return row_of(scheme).kind; }
Hash hash_of(SignatureScheme scheme) { return row_of(scheme).hash; }
bool is_pss(SignatureScheme scheme) { return row_of(scheme).pss; }

std::size_t coordinate_size(KeyKind kind) {
  switch (kind) {
    case KeyKind::p256:
      return 32;
    case KeyKind::p384:
      return 48;
    case KeyKind::p521:
      return 66;
    case KeyKind::rsa:
    case KeyKind::ed25519:
      return 0;
  }
  return 0;
}

}  // namespace rollcall

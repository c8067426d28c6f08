#include "gateway/crypto/key_ring.h"

#include "gateway/base/text.h"
#include "gateway/crypto/base64.h"
#include "gateway/crypto/content_cipher.h"
#include "gateway/crypto/digest.h"

#include <openssl/crypto.h>

#include <algorithm>

namespace rollcall {
namespace {

constexpr std::string_view version = "v1.";
constexpr std::size_t shortest_line = 32;
constexpr std::size_t id_bytes = 4;
constexpr std::size_t id_size = 2 * id_bytes;
/// "v1.<key id>."
constexpr std::size_t header_size = version.size() + id_size + 1;

/// 32 bytes of HMAC-SHA256(line, label): the line itself encrypts nothing, and the id tells nothing
/// of the key.
Secret derive(const Secret& line, std::string_view label) {
  Sha256 bytes = HmacSha256(line)({label});
  Secret derived{std::string(as_bytes(bytes))};
  OPENSSL_cleanse(bytes.data(), bytes.size());
  return derived;
}

std::string header_of(std::string_view id) {
  std::string header(version);
  return header.append(id).append(".");
}

Error refused(std::string_view sentence) {
  return {Fault::invalid_value, "The key ring " + std::string(sentence)};
}

}  // namespace

Result<KeyRing> KeyRing::parse(const Secret& text) {
  std::vector<Entry> keys;
  std::string_view rest = text.reveal();
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (line.size() < shortest_line) {
      return refused("has a key of less than 32 characters.");
    }
    const Secret secret{std::string(line)};
    const Secret id = derive(secret, "rollcall key ring v1: id");
    Entry entry{hex_encode(id.reveal().substr(0, id_bytes)),
                derive(secret, "rollcall key ring v1: key")};
    if (std::ranges::any_of(keys, [&](const Entry& known) { return known.id == entry.id; })) {
      return refused("has one key twice.");
    }
    keys.push_back(std::move(entry));
  }
  if (keys.empty()) return refused("has no key.");
  return KeyRing(std::move(keys));
}

std::string KeyRing::seal(std::string_view plaintext, std::string_view purpose) const {
  const Entry& newest = keys_.front();
  return header_of(newest.id) + base64url_encode(rollcall::seal(newest.key, plaintext, purpose));
}

std::optional<Secret> KeyRing::open(std::string_view sealed, std::string_view purpose) const {
  const std::string_view header = sealed.substr(0, header_size);
  const auto entry = std::ranges::find_if(
      keys_, [&](const Entry& known) { return header_of(known.id) == header; });
  if (entry == keys_.end()) return std::nullopt;
  const auto bytes = base64url_decode(sealed.substr(header_size));
  if (!bytes) return std::nullopt;
  auto plaintext = rollcall::open(entry->key, *bytes, purpose);
  return plaintext ? std::optional<Secret>(*std::move(plaintext)) : std::nullopt;
}

std::string KeyRing::current() const { return header_of(keys_.front().id); }

bool KeyRing::is_current(std::string_view sealed) const { return sealed.starts_with(current()); }

}  // namespace rollcall

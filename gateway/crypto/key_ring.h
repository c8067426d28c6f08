#pragma once

#include "gateway/base/result.h"
#include "gateway/base/secret.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

/// The keys under which secrets lie in the store (design.md 7): AES-256-GCM, a key id with each, so
/// that a new key can come and old ones go. Any thread.
class KeyRing {
 public:
  /// One key a line, the newest first, each of at least 32 characters; empty lines and those that
  /// begin with '#' do not count. invalid_value, without any of the text.
  static Result<KeyRing> parse(const Secret& text);

  /// "v1.<key id>.<base64url of IV, ciphertext and tag>" under the newest key. `purpose` names the
  /// place ("session/<id>"): what is moved elsewhere does not open there.
  std::string seal(std::string_view plaintext, std::string_view purpose) const;
  /// Nothing unless one of our keys sealed it for this purpose.
  std::optional<Secret> open(std::string_view sealed, std::string_view purpose) const;
  /// "v1.<key id>.": how everything begins that is sealed under the newest key.
  std::string current() const;
  /// Sealed under the newest key; else it is time to seal it anew.
  bool is_current(std::string_view sealed) const;

 private:
  struct Entry {
    std::string id;
    Secret key;
  };
  explicit KeyRing(std::vector<Entry> keys) : keys_(std::move(keys)) {}

  std::vector<Entry> keys_;
};

}  // namespace rollcall

#pragma once

#include "gateway/crypto/digest.h"
#include "gateway/directory/sql.h"

#include <algorithm>
#include <stdexcept>

namespace rollcall {

/// A SHA-256 in a column.
inline Sha256 stored_digest(const sql::Rows& row, int column) {
  Sha256 digest{};
  const std::string_view bytes = row.bytes(column);
  if (bytes.size() != digest.size()) {
    throw std::logic_error("the store holds a digest that is not 32 bytes long");
  }
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

inline std::optional<Sha256> optional_digest(const sql::Rows& row, int column) {
  return row.null(column) ? std::nullopt : std::optional(stored_digest(row, column));
}

}  // namespace rollcall

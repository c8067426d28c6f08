#pragma once

#include "gateway/base/id.h"
#include "gateway/crypto/random.h"

namespace rollcall {

/// A new identifier that nobody can guess and that sorts by time.
template <class T>
T new_id(Timestamp now) {
  UuidBytes random{};
  random_bytes(random);
  return T(make_uuid_v7(now, random));
}

}  // namespace rollcall

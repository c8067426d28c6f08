#pragma once

#include <memory>

namespace rollcall {

/// Owns a handle of a C library: `using Db = CPtr<sqlite3, &sqlite3_close_v2>;`
template <auto Free>
struct CDeleter {
  template <class T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};
template <class T, auto Free>
using CPtr = std::unique_ptr<T, CDeleter<Free>>;

}  // namespace rollcall

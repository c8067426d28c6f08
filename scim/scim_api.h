#pragma once

#include "gateway/base/clock.h"
#include "gateway/directory/directory.h"
#include "gateway/http/message.h"

#include <memory>

namespace rollcall::scim {

/// Everything under /scim (RFC 7644). Thread-safe; handle() runs on an I/O thread.
class ScimApi {
 public:
  ScimApi(Directory& directory, const Clock& clock);
  ~ScimApi();

  http::Reply handle(const http::Request& request);
  /// RFC 7644 §3.12.
  static http::Response render(const Error& error);
  static constexpr std::size_t body_limit = 1024 * 1024;

  /// Writes when tokens were last used since the last call; blocks. Called once a minute and at the
  /// end.
  void flush_token_use();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::scim

#pragma once

#include "gateway/base/error.h"
#include "gateway/http/message.h"
#include "gateway/sign_in/services.h"

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace rollcall::sign_in {

/// Everything that browsers and IdPs ask for: /login, /oidc/…, /logout, /session, /confirm.
/// Thread-safe.
class SignInService {
 public:
  explicit SignInService(const Services& services);
  ~SignInService();

  /// On an I/O thread.
  http::Reply handle(const http::Request& request);
  /// An error that arose outside: a page.
  static http::Response render(const Error& error);

  static constexpr std::size_t body_limit = std::size_t{256} * 1024;
  /// What it answers.
  static constexpr std::array<std::string_view, 5> prefixes{"/login", "/oidc", "/logout",
                                                            "/session", "/confirm"};

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall::sign_in

#pragma once

#include "gateway/base/secret.h"
#include "gateway/crypto/digest.h"
#include "gateway/directory/actor.h"
#include "gateway/http/message.h"
#include "gateway/http/url.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::sign_in {

/// What sign-in needs of a browser's request, as values that a coroutine may keep.
struct Browser {
  /// Scheme and authority under which it knows us.
  std::string origin;
  std::string address;
  /// At most 256 bytes.
  std::string user_agent;
  std::string request_id;
  /// Name (without "__Host-") and value of each cookie of a sign-in under way, at most 50.
  std::vector<std::pair<std::string, Secret>> attempt_cookies;
  std::optional<Sha256> session;
  /// It will follow a redirect and show a page: no script's request (spec/oidc 1.2).
  bool navigates = true;
  /// `Sec-Fetch-Site`, or without it `Origin` or `Referer`, say that another site made it send
  /// this.
  bool cross_site = false;

  Actor actor() const;
};
Browser read_browser(const http::Request& request);

/// The parameters of the query, or of a form's body for POST; nothing if they cannot be read.
std::optional<std::vector<http::Parameter>> read_parameters(const http::Request& request);
/// The value of the only parameter of this name; empty if absent, nothing if there are two.
std::optional<std::string> single(const std::vector<http::Parameter>& parameters,
                                  std::string_view name);

}  // namespace rollcall::sign_in

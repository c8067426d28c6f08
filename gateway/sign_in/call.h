#pragma once

#include "gateway/http/message.h"
#include "gateway/http/url.h"
#include "gateway/sign_in/browser.h"

#include <string>
#include <vector>

namespace rollcall::sign_in {

/// One request of a browser as values.
struct Call {
  Browser browser;
  http::Method method = http::Method::get;
  /// Of the query, for POST of the form.
  std::vector<http::Parameter> parameters = {};
  /// What stood in the path where the route has {…}.
  std::vector<std::string> arguments = {};

  bool posted() const { return method == http::Method::post; }
};

}  // namespace rollcall::sign_in

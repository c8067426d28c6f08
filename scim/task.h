#pragma once

#include "gateway/directory/actor.h"
#include "gateway/directory/transaction.h"
#include "gateway/http/message.h"
#include "scim/authenticator.h"
#include "scim/projection.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// An answer built inside a unit of work.
struct Rendered {
  http::Response response;
  /// The group has more members than an I/O thread or the writer should render: Task::complete
  /// will.
  bool partial = false;
};
using Work = std::function<Result<Rendered>(Transaction&)>;

/// What a request asks of the directory: values only, so that it outlives the request.
struct Task {
  enum class Run { read, scan, write };
  Run run = Run::read;
  Work work;
  /// Renders a partial answer whole, on the scan pool; only read.
  Work complete;
};

/// What every task knows of its request.
struct Context {
  ClientPtr client;
  /// Absolute URL before "/Users".
  std::string base;
  std::optional<std::string> if_match;
  std::optional<std::string> if_none_match;
};

/// W/"7" (RFC 7644 §3.14).
std::string entity_tag(std::int64_t version);
/// Whether a list of entity tags, or "*", names the version; compared weakly.
bool names_version(std::string_view tags, std::int64_t version);
/// version_mismatch if there is an If-Match that does not name the version.
Result<> check_if_match(const Context& context, std::int64_t version);

}  // namespace rollcall::scim

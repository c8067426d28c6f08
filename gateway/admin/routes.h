#pragma once

#include "gateway/access/admin_right.h"
#include "gateway/admin/context.h"
#include "gateway/http/route_table.h"

#include <optional>

namespace rollcall::admin {

/// Who may call a route, before what the route itself asks.
enum class Access { operator_, signed_in, anyone };

/// What answers a route: an operation, which sees to its own units of work, or an endpoint, which
/// runs in one.
struct Target {
  Operation operation = nullptr;
  Endpoint endpoint = nullptr;
  Access access = Access::operator_;
  /// What the caller must hold in the organization of the path.
  std::optional<access::AdminRight> right = {};
  /// The unit of work writes.
  bool writes = false;
};
using RouteTable = http::RouteTable<Target>;

/// Every route of the admin API.
const RouteTable& route_table();

}  // namespace rollcall::admin

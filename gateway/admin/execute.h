#pragma once

#include "gateway/admin/call.h"
#include "gateway/admin/routes.h"

namespace rollcall::admin {

/// Answers one call from who it is to the response; on a thread that may block. A refused write of
/// a known caller is audited ("request.refused").
http::Response execute(const Services& services, const RouteTable::Route& route, Call call);

}  // namespace rollcall::admin

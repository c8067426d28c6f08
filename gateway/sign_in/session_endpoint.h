#pragma once

#include "gateway/sign_in/call.h"
#include "gateway/sign_in/current_session.h"

namespace rollcall::sign_in {

/// GET /session: who am I, as JSON; a 401 problem without a good session.
class SessionEndpoint {
 public:
  SessionEndpoint(const Services& services, const CurrentSession& current)
      : services_(services), current_(current) {}

  Awaitable<http::Response> show(Call call) const;

 private:
  const Services& services_;
  const CurrentSession& current_;
};

}  // namespace rollcall::sign_in

#pragma once

#include "gateway/sign_in/call.h"
#include "gateway/sign_in/services.h"

namespace rollcall::sign_in {

/// /confirm?token=: invitations and e-mail addresses (spec/access S16, F57). GET only shows: mail
/// scanners follow links; POST settles.
class ConfirmationPages {
 public:
  explicit ConfirmationPages(const Services& services) : services_(services) {}

  Awaitable<http::Response> show(Call call) const;
  Awaitable<http::Response> settle(Call call) const;

 private:
  const Services& services_;
};

}  // namespace rollcall::sign_in

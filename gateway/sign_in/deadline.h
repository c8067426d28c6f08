#pragma once

#include "gateway/base/clock.h"
#include "gateway/http/fetch.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

namespace rollcall::sign_in {

/// That an IdP gave no usable answer; `why` for the administrator.
inline Error idp_unreachable(std::string why) {
  Error error(Fault::unavailable, "The identity provider could not be reached.", std::move(why));
  error.with_code("idp_unreachable");
  return error;
}

/// How long others may take over all that one request of ours needs of them.
class Deadline {
 public:
  Deadline(const Clock& clock, std::chrono::milliseconds limit)
      : clock_(clock), until_(clock.now() + limit), limit_(limit) {}

  /// Never more than at the start, should the clock be set back.
  std::chrono::milliseconds left() const {
    return std::clamp(until_ - clock_.now(), std::chrono::milliseconds(0), limit_);
  }
  bool over() const { return left().count() == 0; }

 private:
  const Clock& clock_;
  Timestamp until_;
  std::chrono::milliseconds limit_;
};

/// http::Fetcher::fetch() within the deadline.
Awaitable<Result<http::FetchResponse>> fetch_within(http::Fetcher& fetcher, Deadline deadline,
                                                    http::FetchRequest request);

}  // namespace rollcall::sign_in

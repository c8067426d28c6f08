#include "gateway/sign_in/deadline.h"

namespace rollcall::sign_in {

Awaitable<Result<http::FetchResponse>> fetch_within(http::Fetcher& fetcher, Deadline deadline,
                                                    http::FetchRequest request) {
  if (deadline.over()) co_return idp_unreachable("The identity provider took too long.");
  request.deadline = std::min(request.deadline, deadline.left());
  auto response = co_await fetcher.fetch(std::move(request));
  co_return response;
}

}  // namespace rollcall::sign_in

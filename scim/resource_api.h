#pragma once

#include "gateway/base/result.h"
#include "gateway/http/url.h"
#include "scim/list_query.h"
#include "scim/page_anchors.h"
#include "scim/task.h"

#include <span>
#include <string>
#include <string_view>

namespace rollcall::scim {

using Parameters = std::span<const http::Parameter>;

/// The operations of one endpoint, /Users or /Groups (RFC 7644 §3.3–3.6): each reads its request
/// into values and gives the task that does the rest. Instantiated for UserKind and GroupKind.
template <class Kind>
class ResourceApi {
 public:
  explicit ResourceApi(PageAnchors& anchors) : anchors_(anchors) {}

  Result<Task> get(Context context, std::string_view id, Parameters parameters) const;
  Result<Task> list(Context context, Parameters parameters) const;
  Result<Task> search(Context context, std::string_view body) const;
  Result<Task> create(Context context, std::string_view body, Parameters parameters) const;
  Result<Task> replace(Context context, std::string_view id, std::string_view body,
                       Parameters parameters) const;
  Result<Task> patch(Context context, std::string_view id, std::string_view body,
                     Parameters parameters) const;
  Result<Task> remove(Context context, std::string_view id) const;

 private:
  Task list_task(Context context, ListQuery query) const;

  PageAnchors& anchors_;
};

}  // namespace rollcall::scim

#pragma once

#include "gateway/base/result.h"
#include "scim/list_query.h"
#include "scim/page_anchors.h"
#include "scim/task.h"

namespace rollcall::scim {

/// Matches of a query on one endpoint: how many there are, and the JSON text of those on the page,
/// separated by commas.
struct Page {
  std::int64_t total = 0;
  std::int64_t items = 0;
  std::string resources;
};

/// Whether an index finds the few rows that can match, so that the I/O thread may do it.
template <class Kind>
bool is_lookup(const ListQuery& query);

/// Runs the query in a transaction. too_many when the answer would pass 64 MiB or too many rows
/// would have to be sorted; the scan pool's deadline bounds the rest.
template <class Kind>
Result<Page> list(Transaction& transaction, const Context& context, const ListQuery& query,
                  PageAnchors& anchors);

/// The ListResponse message (RFC 7644 §3.4.2).
http::Response list_response(const Page& page, std::int64_t start_index);

}  // namespace rollcall::scim

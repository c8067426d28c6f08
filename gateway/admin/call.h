#pragma once

#include "gateway/access/rights.h"
#include "gateway/admin/fields.h"
#include "gateway/admin/services.h"
#include "gateway/base/result.h"
#include "gateway/crypto/digest.h"
#include "gateway/http/message.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// A body or query read as a map, with what was wrong with it.
struct ParsedMap {
  yaml::Node node;
  Problems problems;
};

/// One call of the admin API as values, so that it can leave the I/O thread of its request.
struct Call {
  http::Method method = http::Method::get;
  /// The path as sent, without the query.
  std::string path;
  /// What stood where the pattern of the route has {…}.
  std::vector<std::string> arguments;
  std::string query;
  std::string body;
  std::string authorization;
  /// The session that the caller's browser presents, and whether another site made it.
  std::optional<Sha256> session;
  bool cross_site = false;
  std::string if_match;
  std::string if_none_match;
  std::string idempotency_key;
  /// Scheme and authority under which the caller knows us; empty where no server runs.
  std::string origin;
  /// The caller owns this machine's gateway: it came over the local socket or from this process.
  bool local = false;
  /// Who the directory's audit rows name; kind and id are known once the call is authenticated.
  Actor actor;
  /// The person or service user who calls; nothing for the operator, who may do everything.
  std::optional<access::Principal> principal;
  /// Authenticates cursors; outlives the call.
  const Secret* cursor_key = nullptr;
  /// The body once prepare() has read it, so that a unit of work need not.
  std::optional<ParsedMap> parsed_body;

  const std::string& organization() const { return arguments.front(); }
  void prepare();
};

/// Answers one route, in units of work of its own; runs on a thread that may block.
using Operation = Result<http::Response> (*)(const Services& services, const Call& call);

http::Response json_response(int status, json::Object body);
/// 422 with all that is wrong, by line: `errors` [{line?, message}].
http::Response refusal(const Problems& problems);

/// What a list is asked for.
struct Page {
  static constexpr std::size_t largest = 200;

  std::size_t limit = 50;
  /// The key of the last item of the page before; empty on the first page.
  std::string after;

  /// `after` of a list that goes by position; 0 on the first page.
  std::int64_t position() const;
};

/// The query of a call (a map of text) or its body (a JSON object; absent is empty), read strictly:
/// ask for what the route knows, then see whether it is valid().
class Input {
 public:
  enum class Part { query, body };
  Input(const Call& call, Part part);
  Input(const Input&) = delete;
  Input& operator=(const Input&) = delete;

  Fields* operator->() { return &fields_; }
  Fields& fields() { return fields_; }
  /// `limit` (1 to 200) and `cursor`, which must come from this list.
  Page page(std::string_view list);
  /// A member of the query that is "true" or "false".
  std::optional<bool> flag(std::string_view name);
  /// A date and time.
  std::optional<Timestamp> instant(std::string_view name);

  bool empty() const { return map_.node.entries.empty(); }
  bool has(std::string_view name) const { return map_.node.find(name) != nullptr; }
  bool is_null(std::string_view name) const;
  /// False if anything was wrong or unknown; then refusal() answers.
  bool valid();
  http::Response refusal() const { return admin::refusal(map_.problems); }

 private:
  const Call& call_;
  ParsedMap map_;
  Fields fields_;
};

/// The cursor that goes on behind `key`: opaque and authenticated, good for this list of this
/// organization only.
std::string cursor_of(const Call& call, std::string_view list, const std::string& key);
/// {"items": […], "next": cursor or null}; `next_key` is empty on the last page.
http::Response page_response(const Call& call, std::string_view list, json::Array items,
                             const std::string& next_key);

}  // namespace rollcall::admin

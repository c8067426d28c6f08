#pragma once

#include "gateway/admin/fields.h"
#include "gateway/base/result.h"
#include "gateway/directory/directory.h"
#include "gateway/http/message.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// One call of the admin API as values, so that it can leave the I/O thread of its request.
struct Call {
  /// What stood where the pattern of the route has {…}.
  std::vector<std::string> arguments;
  std::string query;
  std::string body;
  std::string authorization;
  /// The caller owns this machine's gateway: it came over the local socket or from this process.
  bool local = false;
  /// Who the directory's audit rows name; kind and id are known once the call is authenticated.
  Actor actor;

  const std::string& organization() const { return arguments.front(); }
};

/// Answers one route; runs on a thread that may block.
using Operation = Result<http::Response> (*)(Directory& directory, const Call& call);

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
  /// `limit` (1 to 200) and `cursor`, which must come from this list.
  Page page(std::string_view list);

  bool empty() const { return node_.entries.empty(); }
  /// False if anything was wrong or unknown; then refusal() answers.
  bool valid();
  http::Response refusal() const { return admin::refusal(problems_); }

 private:
  Problems problems_;
  yaml::Node node_;
  Fields fields_;
};

/// {"items": […], "next": cursor or null}; `next_key` is empty on the last page.
http::Response page_response(std::string_view list, json::Array items, const std::string& next_key);

}  // namespace rollcall::admin

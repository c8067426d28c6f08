#pragma once

#include "gateway/base/json.h"
#include "gateway/base/log.h"
#include "gateway/directory/directory.h"
#include "scim/scim_api.h"
#include "tests/support/await.h"

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace rollcall::test {

class SettableClock final : public Clock {
 public:
  Timestamp now() const override { return now_; }
  void advance(std::chrono::milliseconds by) { now_ += by; }

 private:
  Timestamp now_ = *parse_timestamp("2026-11-21T12:00:00Z");
};

struct Answer {
  http::Response response;
  json::Value body;

  int status() const { return response.status; }
  std::string header(std::string_view name) const {
    for (const auto& field : response.fields) {
      if (field.name == name) return field.value;
    }
    return {};
  }
  /// The value at "a.b.0.c", or null.
  json::Value at(std::string_view path) const;
  std::string text(std::string_view path) const {
    const auto value = at(path);
    return value.string() ? *value.string() : std::string();
  }
  std::int64_t number(std::string_view path) const {
    const auto value = at(path);
    return value.integer() ? *value.integer() : -1;
  }
};

/// A directory with one organization, a SCIM connection and its token, and the API in front of it.
class Idp {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  explicit Idp(ScimMode mode = ScimMode::lenient);

  Answer send(std::string_view method, std::string_view target, std::string_view body = {},
              const Fields& fields = {});
  /// Without the Authorization field that send() adds.
  Answer send_bare(std::string_view method, std::string_view target, std::string_view body,
                   const Fields& fields);

  std::string add_user(std::string_view user_name);
  std::string add_group(std::string_view display_name,
                        const std::vector<std::string>& members = {});
  /// Ids of the members as GET shows them.
  std::vector<std::string> members(std::string_view group);

  /// A second organization with a connection and token of its own.
  std::string other_token();

  SettableClock clock;
  Log log{LogFormat::text, LogLevel::error};
  std::unique_ptr<Directory> directory;
  std::unique_ptr<scim::ScimApi> api;
  std::string token;
  TokenId token_id{UuidBytes{}};

 private:
  CreatedToken connect(std::string_view slug, ScimMode mode);
};

/// {"schemas":[PatchOp],"Operations":[<operations>]}
std::string patch_body(std::string_view operations);

}  // namespace rollcall::test

#include "gateway/sign_in/test_page.h"

#include "gateway/sign_in/pages.h"

#include <algorithm>

namespace rollcall::sign_in {
namespace {

constexpr std::size_t most_groups = 200;
constexpr std::size_t longest_value = 500;

std::string shown(const json::Value& value) {
  std::string text = value.string() ? *value.string() : json::write(value);
  if (text.size() <= longest_value) return text;
  std::size_t end = longest_value;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text + " …";
}

}  // namespace

http::Response test_page(const Attempt& attempt, const Identity& identity,
                         const std::optional<User>& user) {
  json::Array claims;
  for (const json::Member& claim : identity.claims) {
    claims.push_back(json::Object{{"name", claim.name}, {"value", shown(claim.value)}});
  }
  const auto& values = identity.groups.values;
  json::Array groups;
  for (std::size_t i = 0; i < std::min(values.size(), most_groups); ++i) {
    groups.push_back(json::Object{{"name", values[i]}});
  }
  json::Object data{{"connection", attempt.connection().name()},
                    {"claims", std::move(claims)},
                    {"groups_state", name(identity.groups.state)},
                    {"any_groups", !groups.empty()},
                    {"groups", std::move(groups)},
                    {"trace", attempt.trace().id()}};
  if (user) {
    data.append("user", json::Object{{"name", user->profile.display_name},
                                     {"user_name", user->profile.user_name}});
  }
  if (!identity.groups.problem.empty()) data.append("groups_problem", identity.groups.problem);
  if (values.size() > most_groups) {
    data.append("more_groups", static_cast<std::int64_t>(values.size() - most_groups));
  }
  return page(200, "test_result", data);
}

}  // namespace rollcall::sign_in

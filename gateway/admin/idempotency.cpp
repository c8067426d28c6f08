#include "gateway/admin/idempotency.h"

#include <algorithm>
#include <array>

namespace rollcall::admin {
namespace {

constexpr std::size_t longest_key = 255;
/// The fields of an answer that say something about what was made.
constexpr std::array<std::string_view, 2> kept_fields{"Location", "ETag"};
/// Members of an answer that open something for whoever has them: a token, a test sign-in.
constexpr std::array<std::string_view, 2> told_once{"secret", "login_url"};

bool is_key(std::string_view key) {
  return key.size() <= longest_key &&
         std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
}

std::string kept_body(const http::Response& response) {
  auto value = json::parse(response.body);
  if (!value || !value->object()) return response.body;
  const auto erased = std::ranges::count_if(
      told_once, [&](std::string_view name) { return value->object()->erase(name); });
  return erased > 0 ? json::write(*value) : response.body;
}

http::Response restored(const KeptAnswer& answer) {
  http::Response response(answer.status);
  response.body = answer.body;
  if (!answer.body.empty()) response.content_type = "application/json";
  std::string_view lines = answer.headers;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    const auto colon = line.find(':');
    for (const std::string_view name : kept_fields) {
      if (line.substr(0, colon) == name) response.with(name, std::string(line.substr(colon + 1)));
    }
  }
  return std::move(response).with("Idempotent-Replayed", "true");
}

}  // namespace

IdempotentCall::IdempotentCall(const Call& call) {
  if (call.method != http::Method::post) return;
  key_ = call.idempotency_key;
  caller_ = in_words(call.actor);
  request_ = sha256(call.path + "?" + call.query + "\n" + call.body);
}

Result<std::optional<http::Response>> IdempotentCall::find(Transaction& transaction) const {
  if (!is_key(key_)) {
    return Error(Fault::invalid_value, "An Idempotency-Key has 1 to 255 visible ASCII characters.");
  }
  TRY(const auto kept, transaction.idempotency_keys().find(caller_, key_, request_));
  if (!kept) return std::optional<http::Response>();
  return std::optional(restored(*kept));
}

void IdempotentCall::keep(Transaction& transaction, const http::Response& response) const {
  std::string fields;
  for (const http::ResponseField& field : response.fields) {
    if (std::ranges::find(kept_fields, field.name) == kept_fields.end()) continue;
    fields.append(field.name).append(":").append(field.value).append("\n");
  }
  transaction.idempotency_keys().keep(caller_, key_, request_,
                                      {response.status, fields, kept_body(response)});
}

}  // namespace rollcall::admin

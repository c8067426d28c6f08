#include "oidc/compact.h"

#include "gateway/crypto/base64.h"
#include "oidc/refusal.h"

namespace rollcall::oidc {

std::optional<std::string> decode(std::string_view part, std::size_t limit) {
  // Before any memory is taken for it.
  if (part.empty() || part.size() / 4 * 3 > limit) return std::nullopt;
  auto bytes = base64url_decode(part);
  if (!bytes || bytes->size() > limit) return std::nullopt;
  return bytes;
}

Result<json::Object> parse_object(std::string_view text, std::string_view code) {
  auto value = json::parse(text);
  if (!value) {
    const bool twice = value.error().code() == "duplicate_member";
    return refuse(twice ? "duplicate_member" : code, value.error().detail());
  }
  json::Object* object = value->object();
  if (object == nullptr) return refuse(code, "a part of the token is no JSON object");
  return std::move(*object);
}

Result<json::Object> decode_object(std::string_view part, std::size_t limit,
                                   std::string_view code) {
  const auto text = decode(part, limit);
  if (!text) return refuse(code, "a part of the token is empty, too long or not base64url");
  return parse_object(*text, code);
}

const std::string* text_of(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value == nullptr ? nullptr : value->string();
}

Result<> check_critical(const json::Object& header) {
  if (header.find("crit") != nullptr) {
    return refuse("crit_unknown", "the header demands extensions (crit), of which we know none");
  }
  if (const json::Value* b64 = header.find("b64"); b64 != nullptr && *b64 != json::Value(true)) {
    return refuse("crit_unknown", "the payload is not base64url (b64)");
  }
  return {};
}

}  // namespace rollcall::oidc

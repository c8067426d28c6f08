#include "gateway/admin/context.h"

#include "gateway/base/text.h"
#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/http/problem.h"

namespace rollcall::admin {
namespace {

constexpr std::size_t content_tag = 12;

std::string_view without_weak(std::string_view tag) {
  if (tag.starts_with("W/")) tag.remove_prefix(2);
  return tag;
}

}  // namespace

bool names_tag(std::string_view field, std::string_view tag) {
  const std::string_view wanted = without_weak(tag);
  while (!field.empty()) {
    const auto item = trim(field.substr(0, field.find(',')));
    field.remove_prefix(std::min(field.size(), field.find(',')));
    if (!field.empty()) field.remove_prefix(1);
    if (item == "*" || without_weak(item) == wanted) return true;
  }
  return false;
}

std::string etag_of(const json::Object& entity) {
  const json::Value* version = entity.find("version");
  if (version && version->integer()) return "W/\"" + std::to_string(*version->integer()) + "\"";
  const Sha256 digest = sha256(json::write(json::Value(entity)));
  return "W/\"" + hex_encode(as_bytes(digest).substr(0, content_tag)) + "\"";
}

Result<> Context::match(const json::Object& entity) const {
  if (call_.if_match.empty() || names_tag(call_.if_match, etag_of(entity))) return {};
  return Error(Fault::version_mismatch,
               "Somebody changed this meanwhile: read it again, then decide.");
}

http::Response entity_response(int status, json::Object entity) {
  std::string tag = etag_of(entity);
  return json_response(status, std::move(entity)).with("ETag", std::move(tag));
}

http::Response created_response(const Context& context, json::Object entity,
                                const std::string& path) {
  return entity_response(201, std::move(entity))
      .with("Location", "/api/v1/organizations/" + context.organization().slug + "/" + path);
}

http::Response detail_response(json::Object entity, const json::Object& more) {
  std::string tag = etag_of(entity);
  for (const json::Member& member : more) entity.append(member.name, member.value);
  return json_response(200, std::move(entity))
      .with("ETag", std::move(tag))
      .with("Cache-Control", std::string(never_unmodified));
}

http::Response done_response(const std::vector<std::string>& warnings) {
  if (warnings.empty()) return http::Response(204);
  return json_response(200, {{"warnings", json::Array(warnings.begin(), warnings.end())}});
}

http::Response confirm_required(json::Object preview) {
  const Error error = Error(Fault::precondition_required,
                            "This cannot be undone: repeat it with ?confirm=true. "
                            "\"preview\" tells what goes.")
                          .with_code("confirm_required");
  return http::problem(error, {{"preview", std::move(preview)}});
}

Error no_such(std::string_view what) {
  return {Fault::not_found, "There is no such " + std::string(what) + "."};
}

}  // namespace rollcall::admin

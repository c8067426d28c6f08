#include "gateway/sign_in/session_tokens.h"

#include "gateway/base/json.h"

namespace rollcall::sign_in {
namespace {

Secret secret_at(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value && value->string() ? Secret(*value->string()) : Secret();
}

}  // namespace

ProtocolTokens open_tokens(const Session& session, const KeyRing& keys) {
  if (session.sealed_tokens.empty()) return {};
  const auto text = keys.open(session.sealed_tokens, session.seal_purpose());
  if (!text) return {};
  const auto parsed = json::parse(text->reveal());
  if (!parsed || !parsed->object()) return {};
  return {.id_token = secret_at(*parsed->object(), "id_token"),
          .refresh_token = secret_at(*parsed->object(), "refresh_token")};
}

Secret write_tokens(const ProtocolTokens& tokens) {
  if (tokens.id_token.empty() && tokens.refresh_token.empty()) return {};
  return Secret(json::write(json::Object{{"id_token", tokens.id_token.reveal()},
                                         {"refresh_token", tokens.refresh_token.reveal()}}));
}

}  // namespace rollcall::sign_in

#include "gateway/admin/endpoints.h"
#include "gateway/admin/organization_file_parts.h"
#include "gateway/sign_in/test_sign_in.h"

namespace rollcall::admin {
namespace {

/// The settings to try: those of the body, or without one those that are saved.
Result<DeclaredConnection> settings_to_test(Context& context, Problems& problems) {
  const std::string& id = context.argument(1);
  if (context.call().body.empty()) {
    const auto saved = context.transaction().organizations().connection(context.key(), id);
    if (!saved) return no_such("connection");
    const auto settings = json::parse(saved->settings);
    return DeclaredConnection{.id = id, .settings = *settings->object()};
  }
  auto body = json::parse(context.call().body);
  if (!body || !body->object()) {
    problems.add(0, "the body must be a JSON object");
    return DeclaredConnection{};
  }
  body->object()->set("id", id);
  DeclaredConnection declared = read_connection(to_node(*body), "body", problems);
  for (const DeclaredSecret& secret : declared.secrets) {
    if (!secret.file.empty()) problems.add(0, "a body cannot name a file: state the secret itself");
  }
  return declared;
}

}  // namespace

Result<http::Response> test_connection(Context& context) {
  Problems problems;
  TRY(const DeclaredConnection declared, settings_to_test(context, problems));
  if (!problems.empty()) return refusal(problems);
  CHECK_OK(require(context.organization(), Feature::sso));
  sign_in::Secrets secrets;
  for (const DeclaredSecret& secret : declared.secrets) {
    secrets[std::string(secret.name)] = secret.text;
  }
  TRY(const sign_in::PreparedTest test,
      sign_in::prepare_test(context.transaction(), context.services().keys, context.organization(),
                            declared.id, declared.settings, secrets));
  return json_response(201, {{"login_url", context.call().origin +
                                               "/login?test=" + std::string(test.secret.reveal())},
                             {"expires", format_timestamp(test.expires)}});
}

}  // namespace rollcall::admin

#include "tests/scim_api/idp.h"

#include <gtest/gtest.h>

#include <charconv>

namespace rollcall::test {

json::Value Answer::at(std::string_view path) const {
  const json::Value* here = &body;
  while (here != nullptr && !path.empty()) {
    // A step may itself hold dots (URNs): those are written with '/' between the steps.
    const char separator = path.find('/') != std::string_view::npos ? '/' : '.';
    const auto end = path.find(separator);
    const auto step = path.substr(0, end);
    if (const auto* array = here->array()) {
      std::size_t index = 0;
      std::from_chars(step.data(), step.data() + step.size(), index);
      here = index < array->size() ? &(*array)[index] : nullptr;
    } else {
      here = here->object() != nullptr ? here->object()->find(step) : nullptr;
    }
    path = end == std::string_view::npos ? std::string_view() : path.substr(end + 1);
  }
  return here == nullptr ? json::Value() : *here;
}

Idp::Idp(ScimMode mode) {
  DirectoryOptions options;
  options.store = "sqlite::memory:";
  options.audit_key = Secret(std::string(32, 'k'));
  directory = Directory::open(std::move(options), clock, log);
  auto created = connect("acme", mode);
  token = created.secret.reveal();
  token_id = created.token.id;
  api = std::make_unique<scim::ScimApi>(*directory, clock);
}

CreatedToken Idp::connect(std::string_view slug, ScimMode mode) {
  auto created =
      directory->write_now(Actor{}, [&](Transaction& transaction) -> Result<CreatedToken> {
        TRY(const auto organization, transaction.organizations().add(slug));
        ScimConnection wanted{ScimConnectionKey(0), organization.key, {}, "okta"};
        wanted.mode = mode;
        TRY(const auto connection, transaction.organizations().put_scim_connection(wanted));
        NewToken token_of_idp;
        token_of_idp.organization = organization.key;
        token_of_idp.scim_connection = connection.key;
        token_of_idp.name = "test";
        return transaction.tokens().add(token_of_idp);
      });
  return *std::move(created);
}

std::string Idp::other_token() {
  return std::string(connect("globex", ScimMode::lenient).secret.reveal());
}

Answer Idp::send(std::string_view method, std::string_view target, std::string_view body,
                 const Fields& fields) {
  Fields all{{"Authorization", "Bearer " + token}};
  all.insert(all.end(), fields.begin(), fields.end());
  return send_bare(method, target, body, all);
}

Answer Idp::send_bare(std::string_view method, std::string_view target, std::string_view body,
                      const Fields& fields) {
  const auto question = target.find('?');
  http::Request request;
  request.method = *http::parse_method(method);
  request.path = target.substr(0, question);
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  for (const auto& [name, value] : fields) request.fields.push_back({name, value});
  request.body = body;
  request.id = "test-request";
  request.client_address = "192.0.2.7";
  request.origin = "https://scim.example.com";
  auto reply = api->handle(request);
  auto* ready = std::get_if<http::Response>(&reply);
  Answer answer{ready != nullptr ? std::move(*ready)
                                 : run(std::get<Awaitable<http::Response>>(std::move(reply))),
                {}};
  if (!answer.response.body.empty()) {
    auto parsed = json::parse(answer.response.body);
    EXPECT_TRUE(parsed) << answer.response.body;
    if (parsed) answer.body = *std::move(parsed);
  }
  return answer;
}

std::string Idp::add_user(std::string_view user_name) {
  const auto answer =
      send("POST", "/scim/v2/Users", R"({"userName":")" + std::string(user_name) + R"("})");
  EXPECT_EQ(answer.status(), 201) << answer.response.body;
  return answer.text("id");
}

std::string Idp::add_group(std::string_view display_name, const std::vector<std::string>& members) {
  std::string body = R"({"displayName":")" + std::string(display_name) + R"(","members":[)";
  for (const auto& id : members) {
    body += (body.back() == '[' ? "" : ",") + (R"({"value":")" + id) + R"("})";
  }
  const auto answer = send("POST", "/scim/v2/Groups", body + "]}");
  EXPECT_EQ(answer.status(), 201) << answer.response.body;
  return answer.text("id");
}

std::vector<std::string> Idp::members(std::string_view group) {
  const auto answer = send("GET", "/scim/v2/Groups/" + std::string(group));
  std::vector<std::string> ids;
  const json::Value members = answer.at("members");
  if (const auto* array = members.array()) {
    for (const auto& member : *array) ids.push_back(*member.object()->find("value")->string());
  }
  return ids;
}

std::string patch_body(std::string_view operations) {
  return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" +
         std::string(operations) + "]}";
}

}  // namespace rollcall::test

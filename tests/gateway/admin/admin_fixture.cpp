#include "tests/gateway/admin/admin_fixture.h"

#include "gateway/directory/new_id.h"
#include "gateway/session/cookie.h"

#include <charconv>

namespace rollcall::admin {
namespace {

const json::Value* step(const json::Value& value, std::string_view name) {
  if (value.object()) return value.object()->find(name);
  std::size_t index = 0;
  std::from_chars(name.data(), name.data() + name.size(), index);
  return value.array() && index < value.array()->size() ? &(*value.array())[index] : nullptr;
}

std::optional<json::Value> find(const http::Response& response, std::string_view path) {
  auto parsed = json::parse(response.body);
  if (!parsed) return std::nullopt;
  const json::Value* value = &*parsed;
  while (value && !path.empty()) {
    const auto name = path.substr(0, path.find('.'));
    value = step(*value, name);
    path.remove_prefix(std::min(path.size(), name.size() + 1));
  }
  return value ? std::optional(*value) : std::nullopt;
}

std::string text(const json::Value& value) {
  return value.string() ? *value.string() : json::write(value);
}

}  // namespace

http::Response AdminTest::call(http::Method method, std::string_view target,
                               const CallOptions& options) {
  const std::string full = "/api/v1" + std::string(target);
  const auto query = full.find('?');
  const std::string authorization = "Bearer " + options.token;
  http::Request request;
  request.method = method;
  request.path = std::string_view(full).substr(0, query);
  if (query != std::string::npos) request.query = std::string_view(full).substr(query + 1);
  request.fields = options.fields;
  if (!options.token.empty()) request.fields.push_back({"Authorization", authorization});
  request.body = options.body;
  request.id = "request-1";
  request.client_address = "192.0.2.7";
  request.origin = gateway_origin;
  request.local = options.local;
  return api_.handle_now(request);
}

CallOptions AdminTest::with_cookie(const std::string& cookie, std::string body,
                                   std::vector<http::Field> fields) {
  fields.push_back({"Cookie", cookie});
  return {std::move(body), "", false, std::move(fields)};
}

std::string AdminTest::session(std::string_view slug, const std::string& user) {
  const Secret value = session::make_session_value();
  in(slug, [&](Transaction& transaction, const Organization& organization) {
    const User person = test::must(transaction.users(organization.key).get(*UserId::parse(user)));
    const Timestamp now = transaction.now();
    const Session wanted{.id = new_id<SessionId>(now),
                         .hash = session::hash_of(value),
                         .organization = organization.key,
                         .user_position = person.position,
                         .user = person.id,
                         .connection = "okta",
                         .issuer = "https://idp.test",
                         .subject = "subject of " + person.profile.user_name,
                         .idp_session = {},
                         .address = "192.0.2.9",
                         .user_agent = "A browser",
                         .created = now,
                         .last_used = now,
                         .idle = std::chrono::hours(1),
                         .expires = now + std::chrono::hours(8),
                         .reauth_at = now + std::chrono::hours(4)};
    transaction.sessions(organization.key).add(wanted);
  });
  return "__Host-rollcall=" + std::string(value.reveal());
}

std::string AdminTest::operator_token(std::optional<Timestamp> expires) {
  return test::must(
      directory_->write_now(Actor{}, [&](Transaction& transaction) -> Result<std::string> {
        const NewToken wanted{TokenKind::operator_, std::nullopt, std::nullopt, "test", expires};
        TRY(const CreatedToken created, transaction.tokens().add(wanted));
        return std::string(created.secret.reveal());
      }));
}

void AdminTest::make_organization(std::string_view slug, std::string_view preset,
                                  std::string_view plan) {
  json::Object body{{"slug", slug}, {"preset", preset}};
  if (!plan.empty()) body.append("plan", plan);
  const auto created = post("/organizations", json::write(body));
  ASSERT_EQ(created.status, 201) << created.body;
}

std::string AdminTest::add_person(std::string_view slug, std::string_view email) {
  const auto created = post("/organizations/" + std::string(slug) + "/users",
                            json::write(json::Object{{"email", email}}));
  EXPECT_EQ(created.status, 201) << created.body;
  return at(created, "id");
}

std::string AdminTest::person(std::string_view slug, std::string_view email, std::string_view role,
                              std::string_view scope) {
  const std::string id = add_person(slug, email);
  if (!role.empty()) {
    const json::Object grant{{"user", id}, {"role", role}, {"scope", scope}};
    const auto granted =
        post("/organizations/" + std::string(slug) + "/grants", json::write(grant));
    EXPECT_EQ(granted.status, 201) << granted.body;
  }
  return personal_token(slug, id);
}

std::string AdminTest::personal_token(std::string_view slug, const std::string& user) {
  Actor owner;
  owner.kind = ActorKind::user;
  owner.id = user;
  return test::must(
      directory_->write_now(owner, [&](Transaction& transaction) -> Result<std::string> {
        TRY(const Organization organization, transaction.organizations().get(slug));
        NewToken wanted;
        wanted.kind = TokenKind::user;
        wanted.organization = organization.key;
        wanted.name = "test";
        wanted.user = UserId::parse(user);
        TRY(const CreatedToken created, transaction.tokens().add(wanted));
        return std::string(created.secret.reveal());
      }));
}

std::string AdminTest::service(std::string_view slug, std::string_view name, std::string_view role,
                               std::string_view scope) {
  const std::string base = "/organizations/" + std::string(slug);
  const auto created = post(base + "/service-users", json::write(json::Object{{"name", name}}));
  EXPECT_EQ(created.status, 201) << created.body;
  const std::string id = at(created, "id");
  if (!role.empty()) {
    const json::Object grant{{"service_user", id}, {"role", role}, {"scope", scope}};
    const auto granted = post(base + "/grants", json::write(grant));
    EXPECT_EQ(granted.status, 201) << granted.body;
  }
  return at(post(base + "/service-users/" + id + "/tokens", R"({"name": "t"})"), "secret");
}

json::Object object_of(const http::Response& response) {
  auto value = json::parse(response.body);
  EXPECT_TRUE(value && value->object()) << response.body;
  return value && value->object() ? *value->object() : json::Object{};
}

std::string at(const http::Response& response, std::string_view path) {
  const auto value = find(response, path);
  return value ? text(*value) : "(none)";
}

std::size_t size_at(const http::Response& response, std::string_view path) {
  const auto value = find(response, path);
  return value && value->array() ? value->array()->size() : 0;
}

std::vector<std::string> planned(const http::Response& response, std::string_view list) {
  std::vector<std::string> items;
  const std::string prefix(list);
  for (std::size_t i = 0; i < size_at(response, list); ++i) {
    const std::string item = prefix + "." + std::to_string(i);
    const std::string note = at(response, item + ".note");
    items.push_back(at(response, item + ".kind") + " " + at(response, item + ".id") +
                    (note == "(none)" ? "" : " (" + note + ")"));
  }
  return items;
}

std::vector<std::string> errors_of(const http::Response& response) {
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < size_at(response, "errors"); ++i) {
    const std::string item = "errors." + std::to_string(i);
    const std::string line = at(response, item + ".line");
    errors.push_back((line == "(none)" ? "" : line + ": ") + at(response, item + ".message"));
  }
  return errors;
}

std::string field_of(const http::Response& response, std::string_view name) {
  for (const http::ResponseField& field : response.fields) {
    if (field.name == name) return field.value;
  }
  return "";
}

void expect_problem(const http::Response& response, int status, std::string_view code) {
  EXPECT_EQ(response.status, status) << response.body;
  EXPECT_EQ(response.content_type, "application/problem+json");
  EXPECT_EQ(at(response, "code"), code) << response.body;
}

}  // namespace rollcall::admin

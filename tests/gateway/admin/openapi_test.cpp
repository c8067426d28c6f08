#include "tests/gateway/admin/admin_fixture.h"

#include <map>

namespace rollcall::admin {
namespace {

using http::Method;

/// What JSON Schema calls the value's type.
std::string type_of(const json::Value& value) {
  if (value.is_null()) return "null";
  if (value.boolean()) return "boolean";
  if (value.integer()) return "integer";
  if (value.decimal()) return "number";
  if (value.string()) return "string";
  return value.array() ? "array" : "object";
}

/// The part of JSON Schema that openapi.json uses.
class Schemas {
 public:
  explicit Schemas(const json::Value& document) : document_(document) {}

  /// Empty if the value fits, else where it does not.
  std::string fault(const json::Value& value, const json::Value& schema,
                    const std::string& where) const {
    const json::Object& rules = *schema.object();
    if (const json::Value* target = rules.find("$ref")) {
      return fault(value, at_reference(*target->string()), where);
    }
    if (const json::Value* all = rules.find("allOf")) {
      for (const json::Value& part : *all->array()) {
        if (auto wrong = fault(value, part, where); !wrong.empty()) return wrong;
      }
      return "";
    }
    if (const json::Value* any = rules.find("oneOf")) {
      for (const json::Value& part : *any->array()) {
        if (fault(value, part, where).empty()) return "";
      }
      return where + " fits none of oneOf";
    }
    if (!type_fits(value, rules)) return where + " is of type " + type_of(value);
    if (const json::Value* words = rules.find("enum")) {
      if (!contains(*words->array(), value)) return where + " is none of the enum";
    }
    if (value.object()) return fault_of_object(*value.object(), rules, where);
    const json::Value* items = rules.find("items");
    if (value.array() && items) {
      for (const json::Value& item : *value.array()) {
        if (auto wrong = fault(item, *items, where + "[]"); !wrong.empty()) return wrong;
      }
    }
    return "";
  }

  /// Where the value has a member that the schema does not name; empty if it names them all.
  std::string unnamed(const json::Value& value, const json::Value& schema,
                      const std::string& where) const {
    const json::Object& rules = *resolved(schema).object();
    if (const json::Value* any = rules.find("oneOf")) {
      const auto fits = [&](const json::Value& part) { return fault(value, part, where).empty(); };
      return unnamed(value, *std::ranges::find_if(*any->array(), fits), where);
    }
    if (const json::Value* items = rules.find("items"); items && value.array()) {
      for (const json::Value& item : *value.array()) {
        if (auto wrong = unnamed(item, *items, where + "[]"); !wrong.empty()) return wrong;
      }
    }
    const auto named = members_of(schema);
    if (named.empty() || !value.object() || rules.find("additionalProperties")) return "";
    for (const json::Member& member : *value.object()) {
      const auto found = named.find(member.name);
      if (found == named.end()) return where + "." + member.name;
      auto wrong = unnamed(member.value, *found->second, where + "." + member.name);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }

 private:
  const json::Value& resolved(const json::Value& schema) const {
    const json::Value* target = schema.object()->find("$ref");
    return target ? resolved(at_reference(*target->string())) : schema;
  }
  std::map<std::string, const json::Value*> members_of(const json::Value& schema) const {
    std::map<std::string, const json::Value*> members;
    const json::Object& rules = *resolved(schema).object();
    if (const json::Value* all = rules.find("allOf")) {
      for (const json::Value& part : *all->array()) members.merge(members_of(part));
    }
    if (const json::Value* properties = rules.find("properties")) {
      for (const json::Member& member : *properties->object()) {
        members.emplace(member.name, &member.value);
      }
    }
    return members;
  }
  static bool contains(const json::Array& list, const json::Value& value) {
    return std::find(list.begin(), list.end(), value) != list.end();
  }
  static bool type_fits(const json::Value& value, const json::Object& rules) {
    const json::Value* type = rules.find("type");
    if (!type) return true;
    const json::Value is(type_of(value));
    return type->array() ? contains(*type->array(), is) : *type == is;
  }
  std::string fault_of_object(const json::Object& object, const json::Object& rules,
                              const std::string& where) const {
    if (const json::Value* required = rules.find("required")) {
      for (const json::Value& name : *required->array()) {
        if (!object.find(*name.string())) return where + " lacks " + *name.string();
      }
    }
    const json::Value* properties = rules.find("properties");
    if (!properties) return "";
    for (const json::Member& member : object) {
      const json::Value* schema = properties->object()->find(member.name);
      if (!schema) continue;
      auto wrong = fault(member.value, *schema, where + "." + member.name);
      if (!wrong.empty()) return wrong;
    }
    return "";
  }
  const json::Value& at_reference(std::string_view path) const {
    const json::Value* value = &document_;
    path.remove_prefix(2);
    while (!path.empty()) {
      const auto name = path.substr(0, path.find('/'));
      value = value->object()->find(name);
      path.remove_prefix(std::min(path.size(), name.size() + 1));
    }
    return *value;
  }

  const json::Value& document_;
};

class AdminOpenApi : public AdminTest {
 protected:
  /// An organization that has one of everything; `ids` fill the paths.
  void make_one_of_everything() {
    make_organization("acme");
    const std::string base = "/organizations/acme";
    ids_["{user}"] = add_person("acme", "ada@acme.example");
    personal_token("acme", ids_["{user}"]);
    add(base + "/groups", R"({"name": "Team"})", "{group}");
    add(base + "/memberships", R"({"group": "Team", "user": "ada@acme.example"})");
    add(base + "/mappings", R"({"group": "Team", "idp_group": "team"})", "{mapping}");
    add(base + "/deployments", R"({"name": "prod", "code_locations": ["core"]})");
    add(base + "/projects", R"({"id": "p1", "environments": [{"name": "e"}]})");
    add(base + "/roles", R"({"key": "wiper", "name": "Wiper", "level": "deployment",
                             "permissions": ["assets.wipe"]})");
    add(base + "/grants", R"({"group": "Team", "role": "wiper", "scope": "deployment/prod"})",
        "{grant}");
    add(base + "/license-mappings", R"({"license": "it", "idp_group": "it"})");
    add(base + "/service-users", R"({"name": "bot"})", "{service_user}");
    add(base + "/grants",
        R"({"service_user": "bot", "role": "viewer", "scope": "deployment/prod"})");
    add(base + "/service-users/" + ids_["{service_user}"] + "/tokens", R"({"name": "t"})");
    add(base + "/invitations", R"({"emails": ["bea@acme.example"]})");
    put(base + "/connections/okta", R"({"protocol": "oidc", "oidc": {"issuer": "https://idp.test",
        "client_id": "c", "client_secret": "s"}, "directory": {"url": "https://idp.test"}})");
    put(base + "/domains/acme.example", "");
    add(base + "/connections/okta/test", "");
    session("acme", ids_["{user}"]);
    ids_["{session}"] = at(get(base + "/sessions"), "items.0.id");
    sign_in();
    put(base + "/scim-connections/okta", R"({"manual_users": true})");
    add(base + "/tokens", R"({"name": "t", "scim_connection": "okta"})");
    add("/tokens", R"({"name": "t"})");
    add(base + "/branch-deployments", R"({"name": "pr-1"})");
  }

  /// What the sign-in of the user leaves behind.
  void sign_in() {
    in("acme", [&](Transaction& transaction, const Organization& organization) {
      const UserId id = *UserId::parse(ids_["{user}"]);
      const User user = test::must(transaction.users(organization.key).get(id));
      Identity identity;
      identity.connection = "okta";
      identity.issuer = "https://idp.test";
      identity.subject = "ada";
      identity.groups = {ClaimedGroups::State::present, {"eng"}};
      test::must(transaction.identities(organization.key).link(user, identity));
      SignInTrace trace;
      trace.id = "7K3M-QX9R-4TZA";
      trace.organization = organization.key;
      trace.connection = "okta";
      trace.at = transaction.now();
      trace.user = id;
      trace.document = {
          {"steps", json::Array{json::Object{
                        {"step", "request"}, {"at", format_timestamp(trace.at)}, {"ok", true}}}}};
      transaction.sign_in_traces().add(trace);
    });
  }

  void add(const std::string& path, const std::string& body, const std::string& id = "") {
    const auto made = post(path, body);
    EXPECT_EQ(made.status, 201) << path << made.body;
    check(Method::post, path, "", made);
    if (!id.empty()) ids_[id] = at(made, "id");
  }

  /// The path of a pattern, as the organization has it.
  std::string filled(std::string path) {
    for (const auto& [name, id] : ids_) {
      if (const auto place = path.find(name); place != std::string::npos) {
        path.replace(place, name.size(), id);
      }
    }
    if (path.find("branch-") != std::string::npos && path.ends_with("prod")) {
      path.replace(path.size() - 4, 4, "pr-1");
    }
    return path;
  }

  /// The answer against the schema that the document gives for it.
  void check(Method method, const std::string& path, const std::string& pattern,
             const http::Response& response) {
    const std::string route =
        pattern.empty() ? std::string(response.route.substr(AdminApi::prefix.size())) : pattern;
    std::string verb(http::name(method));
    std::transform(verb.begin(), verb.end(), verb.begin(), ::tolower);
    const json::Value* documented_path = document_.object()->find("paths")->object()->find(route);
    ASSERT_NE(documented_path, nullptr) << route;
    const json::Object& operation = *documented_path->object()->find(verb)->object();
    const json::Value* documented =
        operation.find("responses")->object()->find(std::to_string(response.status));
    ASSERT_NE(documented, nullptr) << verb << " " << route << " " << response.status;
    if (response.content_type != "application/json") return;
    const json::Value& schema = *documented->object()
                                     ->find("content")
                                     ->object()
                                     ->find("application/json")
                                     ->object()
                                     ->find("schema");
    const auto value = *json::parse(response.body);
    EXPECT_EQ(Schemas(document_).fault(value, schema, path), "") << response.body;
    EXPECT_EQ(Schemas(document_).unnamed(value, schema, path), "") << response.body;
    ++checked_;
  }

  const json::Value document_ =
      *json::parse(call(Method::get, "/openapi.json", {}).body, {.depth = 64});
  std::map<std::string, std::string> ids_{
      {"{organization}", "acme"},   {"{deployment}", "prod"},     {"{project}", "p1"},
      {"{role}", "wiper"},          {"{connection}", "okta"},     {"{scim_connection}", "okta"},
      {"{domain}", "acme.example"}, {"{trace}", "7K3M-QX9R-4TZA"}};
  std::size_t checked_ = 0;
};

TEST_F(AdminOpenApi, DescribesWhatEveryGetAnswers) {
  make_one_of_everything();
  const std::map<std::string, std::string> queries{
      {"/organizations/{organization}/memberships", "?group=Team"},
      {"/organizations/{organization}/principals", "?kind=service"},
      {"/organizations/{organization}/deployments/{deployment}", "?user=ada@acme.example"}};
  for (const auto& route : AdminApi::routes()) {
    if (route.method != Method::get || route.pattern.ends_with("openapi.json")) continue;
    const std::string pattern(route.pattern.substr(AdminApi::prefix.size()));
    const auto query = queries.find(pattern);
    const std::string path = filled(pattern) + (query == queries.end() ? "" : query->second);
    const auto response = get(path);
    EXPECT_EQ(response.status, 200) << path << response.body;
    check(Method::get, path, pattern, response);
    if (at(response, "items") != "(none)") EXPECT_GE(size_at(response, "items"), 1U) << path;
  }
  EXPECT_GT(checked_, 50U);
}

TEST_F(AdminOpenApi, DescribesTheAnswerThatNothingChanged) {
  make_one_of_everything();
  const std::string pattern = "/organizations/{organization}/deployments/{deployment}";
  const std::string path = filled(pattern);
  const auto unchanged =
      call(Method::get, path, {"", "", true, {{"If-None-Match", field_of(get(path), "ETag")}}});
  EXPECT_EQ(unchanged.status, 304);
  check(Method::get, path, pattern, unchanged);
}

TEST_F(AdminOpenApi, DescribesWhatAVerificationOfTheLogAnswers) {
  make_one_of_everything();
  const std::size_t before = checked_;
  for (const std::string pattern :
       {"/audit/verify", "/organizations/{organization}/audit/verify"}) {
    const auto response = post(filled(pattern), "");
    EXPECT_EQ(response.status, 200) << response.body;
    check(Method::post, pattern, pattern, response);
  }
  EXPECT_EQ(checked_, before + 2);
}

TEST_F(AdminOpenApi, DescribesWhatPatchesAndQuestionsAnswer) {
  make_one_of_everything();
  const std::string base = "/organizations/{organization}";
  for (const auto& [pattern, body] : std::map<std::string, std::string>{
           {base, R"({"name": "Acme"})"},
           {base + "/users/{user}", R"({"given_name": "Ada"})"},
           {base + "/groups/{group}", R"({"name": "Crew"})"},
           {base + "/roles/{role}", R"({"name": "W"})"},
           {base + "/licenses/{pool}", R"({"user_seats": 9})"},
           {base + "/service-users/{service_user}", R"({"description": "d"})"},
           {base + "/deployments/{deployment}", R"({"code_locations": []})"},
           {base + "/branch-deployments/{deployment}", R"({"code_locations": ["x"]})"},
           {base + "/projects/{project}", R"({"name": "One"})"},
           {base + "/scim-connections/{scim_connection}", R"({"enabled": false})"}}) {
    ids_["{pool}"] = "user";
    const auto response = patch(filled(pattern), body);
    EXPECT_EQ(response.status, 200) << pattern << response.body;
    check(Method::patch, pattern, pattern, response);
  }
  dns_.records["_rollcall.acme.example"] = {
      at(get("/organizations/acme/domains/acme.example"), "record.value")};
  for (const auto& [method, pattern] : std::vector<std::pair<Method, std::string>>{
           {Method::put, base + "/domains/{domain}"},
           {Method::post, base + "/domains/{domain}/verify"},
           {Method::delete_, base + "/users/{user}/identities/{connection}"},
           {Method::delete_, base + "/domains/{domain}"},
           {Method::delete_, base + "/sessions?all=true"}}) {
    const auto response = call(method, filled(pattern), local());
    EXPECT_LT(response.status, 300) << pattern << response.body;
    check(method, pattern, pattern.substr(0, pattern.find('?')), response);
  }
  const std::string questions =
      R"({"organization": "acme", "principal": {"user": "ada@acme.example"},
          "checks": [{"permission": "assets.wipe", "scope": "deployment/prod"},
                     {"permission": "assets.wipe", "scope": "org"}]})";
  for (const std::string path : {"/access/check", "/access/explain"}) {
    check(Method::post, path, path, post(path, questions));
  }
  EXPECT_EQ(checked_, 31U);
}

}  // namespace
}  // namespace rollcall::admin

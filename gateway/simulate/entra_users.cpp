#include "gateway/simulate/entra.h"
#include "gateway/simulate/template.h"

namespace rollcall::simulate::entra {

namespace {

constexpr std::string_view testing = "Entra, General (test connection)";
constexpr std::string_view creating = "Entra, Create User";
constexpr std::string_view matching = "Entra, Get User by query";
constexpr std::string_view discovering = "Entra, Schema discovery";
constexpr std::string_view manager_path =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value";

constexpr std::string_view new_user =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
    R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],)"
    R"("externalId":"{{$person_external}}","userName":"{{$person}}","active":true,"addresses":null,)"
    R"("displayName":"Test $person",)"
    R"("emails":[{"primary":true,"type":"work","value":"{{$person_mail}}"}],)"
    R"("meta":{"resourceType":"User"},)"
    R"("name":{"formatted":"Test $person","familyName":"$person","givenName":"Test"},)"
    R"("phoneNumbers":null,"roles":[],"title":null})";

constexpr std::string_view new_user_with_roles_and_manager =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
    R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],)"
    R"("externalId":"{{alan_external}}","userName":"{{alan}}","active":true,"addresses":null,)"
    R"("displayName":"Alan Simulator",)"
    R"("emails":[{"primary":true,"type":"work","value":"{{alan_mail}}"}],)"
    R"("meta":{"resourceType":"User"},)"
    R"("name":{"formatted":"Alan Simulator","familyName":"Simulator","givenName":"Alan"},)"
    R"("roles":[{"primary":"True","display":"Administrator","value":"admin","type":"WindowsAzureActiveDirectoryRole"}],)"
    R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":)"
    R"({"department":"Simulation","employeeNumber":"4711","manager":"{{grace_id}}"}})";

void create(Session& session, std::string_view person) {
  session.step("create " + std::string(person), "POST /Users", fill(new_user, person),
               {status({201}, creating), keep("id", fill("$person_id", person)),
                has("userName", fill("{{$person}}", person), creating),
                has("externalId", fill("{{$person_external}}", person), creating),
                has("emails/type=work/value", fill("{{$person_mail}}", person), creating),
                absent("addresses", "RFC 7643 §2.5"), absent("title", "RFC 7643 §2.5"),
                has("meta/resourceType", "User", "RFC 7643 §3.1"), location()});
}

void expect_match(Session& session, std::string_view name, const std::string& filter) {
  session.step(name, "GET /Users?filter=" + filter,
               {status({200}, matching), results(1, matching),
                has("Resources/0/id", "{{alan_id}}", matching)});
}

void expect_no_match(Session& session, std::string_view name, const std::string& filter) {
  session.step(name, "GET /Users?filter=" + filter,
               {status({200}, matching), results(0, "Entra, Get User by query - Zero results")});
}

Expectation schemas_listed() {
  return [](const Answer& answer, Variables&) -> std::optional<Failure> {
    const json::Value* resources = answer.at("Resources");
    for (const std::string_view urn :
         {"urn:ietf:params:scim:schemas:core:2.0:User",
          "urn:ietf:params:scim:schemas:core:2.0:Group",
          "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"}) {
      if (!answer.at("Resources/id=" + std::string(urn))) {
        return Failure{"schema " + std::string(urn), resources ? "others" : "no Resources",
                       std::string(discovering)};
      }
    }
    if (answer.incoming().body.find(":null") != std::string::npos) {
      return Failure{"no null values", "null", std::string(discovering)};
    }
    return std::nullopt;
  };
}

}  // namespace

std::string patch_body(std::string_view operations) {
  return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" +
         std::string(operations) + "]}";
}

void connect(Session& session, Dialect dialect) {
  const std::string flag = dialect == Dialect::optimised ? "aadOptscim062020&" : "";
  session.step("test the connection: a random user",
               "GET /Users?" + flag + R"(filter=userName eq "{{guid}}")",
               {status({200}, testing), results(0, testing)});
  session.step(
      "test the connection: a random group",
      "GET /Groups?" + flag + R"(excludedAttributes=members&filter=displayName eq "{{guid}}")",
      {status({200}, testing), results(0, testing)});
  session.step("read the schemas, as when the configuration is saved", "GET /Schemas",
               {status({200}, discovering), list_response(discovering), schemas_listed()});
}

void create_users(Session& session) {
  expect_no_match(session, "no user of this userName", R"(userName eq "{{alan}}")");
  expect_no_match(session, "nor of this externalId", R"(externalId eq "{{alan_external}}")");
  expect_no_match(session, "nor of this work address",
                  R"(emails[type eq "work"].value eq "{{alan_mail}}")");
  create(session, "grace");
  create(session, "ada");
  session.step(
      "create alan with roles and a manager", "POST /Users", new_user_with_roles_and_manager,
      {status({201}, creating), keep("id", "alan_id"), has("userName", "{{alan}}", creating),
       has("externalId", "{{alan_external}}", creating), has("active", true, creating),
       has("roles/0/value", "admin", creating),
       // A string where the schema wants a boolean.
       has("roles/0/primary", true, "RFC 7643 §2.4"),
       has(manager_path, "{{grace_id}}", "RFC 7643 §4.3, manager is complex")});
  session.step(
      "creating again is a conflict", "POST /Users", new_user_with_roles_and_manager,
      {status({409}, "RFC 7644 §3.3"), scim_error(409, "uniqueness"), note("id", "stray_id")});
}

void match_users(Session& session, Dialect dialect) {
  expect_match(session, "match by userName", R"(userName eq "{{alan}}")");
  expect_match(session, "match by userName in capitals", R"(userName eq "{{alan_caps}}")");
  expect_match(session, "match by externalId", R"(externalId eq "{{alan_external}}")");
  expect_match(session, "match by work address",
               R"(emails[type eq "work"].value eq "{{alan_mail}}")");
  if (dialect == Dialect::classic) {
    expect_match(session, "match by an unquoted externalId", "externalId eq {{alan_external}}");
  }
  session.step("read the user before an update", "GET /Users/{{alan_id}}",
               {status({200}, "Entra, Get User"), has("id", "{{alan_id}}", "Entra, Get User"),
                has("name/familyName", "Simulator", "Entra, Get User")});
}

}  // namespace rollcall::simulate::entra

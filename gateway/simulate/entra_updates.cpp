#include "gateway/simulate/entra.h"

namespace rollcall::simulate::entra {

namespace {

constexpr std::string_view multi_valued = "Entra, Update User [Multi-valued properties]";
constexpr std::string_view single_valued = "Entra, Update User [Single-valued properties]";
constexpr std::string_view flags = "Entra flags, Requests to replace multiple attributes";
constexpr std::string_view disabling = "Entra, Disable User; Entra flags";
constexpr std::string_view referring = "Entra, reference attributes (manager)";
constexpr std::string_view reading = "Entra, Get User";
constexpr std::string_view manager_path =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager";
constexpr std::string_view manager_value_path =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/manager/value";

constexpr std::string_view classic_update =
    R"({"op":"Replace","path":"displayName","value":"Alan Updated"},)"
    R"({"op":"Replace","path":"emails[type eq \"work\"].value","value":"new.{{alan_mail}}"},)"
    R"({"op":"Replace","path":"name.givenName","value":"Al"},)"
    R"({"op":"Replace","path":"name.familyName","value":"Updated"},)"
    R"({"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber","value":"4712"},)"
    R"({"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Updates"},)"
    R"({"op":"Add","path":"addresses[type eq \"work\"].formatted","value":"1 Simulator Way"},)"
    R"({"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"5550100"},)"
    R"({"op":"Add","path":"title","value":"Tester"})";

constexpr std::string_view optimised_update =
    R"({"op":"replace","path":"emails[type eq \"work\"].value","value":"new.{{alan_mail}}"},)"
    R"({"op":"add","path":"addresses[type eq \"work\"].formatted","value":"1 Simulator Way"},)"
    R"({"op":"add","path":"phoneNumbers[type eq \"mobile\"].value","value":"5550100"},)"
    R"({"op":"add","path":"title","value":"Tester"},)"
    R"({"op":"replace","value":{"displayName":"Alan Updated","name.givenName":"Al","name.familyName":"Updated",)"
    R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"4712",)"
    R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Updates"}})";

void patch(Session& session, std::string_view name, std::string_view operations,
           std::string_view source) {
  session.step(name, "PATCH /Users/{{alan_id}}", patch_body(operations),
               {status({200, 204}, source)});
}

void read(Session& session, std::string_view name, std::vector<Expectation> expectations) {
  expectations.insert(expectations.begin(), status({200}, reading));
  session.step(name, "GET /Users/{{alan_id}}", std::move(expectations));
}

/// How Entra asks whether a reference has a value, without reading it.
void ask_manager(Session& session, std::string_view name, std::int64_t total) {
  session.step(
      name, R"(GET /Users?filter=id eq "{{alan_id}}" and manager eq "{{grace_id}}"&attributes=id)",
      {status({200}, referring), results(total, referring)});
}

void expect_manager(Session& session) {
  read(session, "the manager is an object",
       {has(manager_value_path, "{{grace_id}}", "RFC 7643 §4.3")});
}

void clear_manager(Session& session, std::string_view name, std::string_view operation) {
  patch(session, name, operation, referring);
  read(session, "no manager", {absent(manager_path, referring)});
}

void replace_active(Session& session, Dialect dialect, bool active) {
  const bool classic = dialect == Dialect::classic;
  const std::string value =
      classic ? (active ? R"("True")" : R"("False")") : (active ? "true" : "false");
  patch(session, active ? "restore" : "disable",
        std::string(R"({"op":")") + (classic ? "Replace" : "replace") +
            R"(","path":"active","value":)" + value + "}",
        disabling);
  read(session, active ? "the user is active" : "the user is inactive, and still there",
       {has("active", active, disabling)});
}

}  // namespace

void update_user(Session& session, Dialect dialect) {
  const bool classic = dialect == Dialect::classic;
  patch(session, "update many attributes", classic ? classic_update : optimised_update,
        classic ? multi_valued : flags);
  read(session, "every attribute is updated",
       {has("displayName", "Alan Updated", flags),
        has("emails/type=work/value", "new.{{alan_mail}}", multi_valued),
        has("name/givenName", "Al", flags), has("name/familyName", "Updated", flags),
        has("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber", "4712",
            flags),
        has("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department", "Updates",
            single_valued),
        has("addresses/type=work/formatted", "1 Simulator Way", multi_valued),
        has("phoneNumbers/type=mobile/value", "5550100", "Entra, General: store as sent"),
        has("title", "Tester", single_valued), has("userName", "{{alan}}", single_valued),
        has(manager_value_path, "{{grace_id}}", "RFC 7644 §3.5.2")});
  patch(session, "replace the value of the primary role",
        classic ? R"({"op":"Replace","path":"roles[primary eq \"True\"].value","value":"reader"})"
                : R"({"op":"replace","path":"roles[primary eq \"True\"].value","value":"reader"})",
        multi_valued);
  read(session, "the role is replaced",
       {has("roles/0/value", "reader", multi_valued), absent("roles/1", multi_valued),
        has("roles/0/primary", true, multi_valued)});
  patch(session, "rename the user",
        classic ? R"({"op":"Replace","path":"userName","value":"{{alan_renamed}}"})"
                : R"({"op":"replace","value":{"userName":"{{alan_renamed}}"}})",
        single_valued);
  read(session, "the user is renamed", {has("userName", "{{alan_renamed}}", single_valued)});
}

void set_manager(Session& session) {
  ask_manager(session, "is grace the manager? yes", 1);
  clear_manager(session, "clear the manager with an empty value object",
                R"({"op":"Replace","path":"manager","value":{"value":""}})");
  ask_manager(session, "is grace the manager? no", 0);
  patch(session, "add the manager as text",
        R"({"op":"Add","path":"manager","value":"{{grace_id}}"})", referring);
  expect_manager(session);
  clear_manager(session, "clear the manager with an empty text",
                R"({"op":"Replace","path":"manager","value":""})");
  patch(
      session, "add the manager as an object, by URN",
      R"({"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",)"
      R"("value":{"value":"{{grace_id}}"}})",
      referring);
  expect_manager(session);
  clear_manager(
      session, "remove the manager",
      R"({"op":"Remove","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager"})");
  patch(
      session, "add the manager as an array, by URN",
      R"({"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",)"
      R"("value":[{"$ref":null,"value":"{{grace_id}}"}]})",
      referring);
  expect_manager(session);
}

void disable_and_restore(Session& session, Dialect dialect) {
  replace_active(session, dialect, false);
  session.step("a disabled user is still matched",
               R"(GET /Users?filter=externalId eq "{{alan_external}}")",
               {status({200}, disabling), results(1, disabling),
                has("Resources/0/active", false, disabling)});
  replace_active(session, dialect, true);
}

}  // namespace rollcall::simulate::entra

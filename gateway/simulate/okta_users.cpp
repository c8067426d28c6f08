#include "gateway/simulate/okta.h"
#include "gateway/simulate/template.h"

namespace rollcall::simulate::okta {

namespace {

constexpr std::string_view spec_test = "Okta SPEC test";
constexpr std::string_view creating = "Okta, Create Users";
constexpr std::string_view retrieving = "Okta, Retrieve a specific User";
constexpr std::string_view putting = "Okta, Update a specific User (PUT)";
constexpr std::string_view patching = "Okta, Update a specific User (PATCH)";
constexpr std::string_view never_returned = "RFC 7643 §7, returned=never";

// Okta sends a password even where passwords are not synchronised.
constexpr std::string_view new_user =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"{{$person}}",)"
    R"("name":{"givenName":"Test","familyName":"Simulator"},)"
    R"("emails":[{"primary":true,"value":"{{$person}}","type":"work"}],)"
    R"("displayName":"Test Simulator","locale":"en-US","externalId":"{{$person_external}}",)"
    R"("groups":[],"password":"1mz050nq","active":true})";

std::string replace_without_path(std::string_view value) {
  return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
         R"("Operations":[{"op":"replace","value":)" +
         std::string(value) + "}]}";
}

/// Okta accepts both an empty list and 404 for "no such user".
Expectation no_match() {
  return [](const Answer& answer, Variables& known) {
    return answer.status() == 404 ? scim_error(404)(answer, known)
                                  : results(0, creating)(answer, known);
  };
}

void create(Session& session, std::string_view person) {
  session.step("create " + std::string(person), "POST /Users", fill(new_user, person),
               {status({201}, creating), keep("id", fill("$person_id", person)),
                has("userName", fill("{{$person}}", person), creating),
                has("name/givenName", "Test", creating),
                has("emails/type=work/value", fill("{{$person}}", person), creating),
                has("externalId", fill("{{$person_external}}", person), "RFC 7643 §3.1"),
                has("active", true, creating), has("meta/resourceType", "User", "RFC 7643 §3.1"),
                location(), not_named("password", never_returned)});
}

void expect_active(Session& session, bool active, std::string_view source) {
  session.step(active ? "the user is active" : "the user is inactive, and still there",
               "GET /Users/{{alice_id}}",
               {status({200}, source), has("active", active, source),
                has("userName", "{{alice}}", source), keep_body("alice_body")});
}

void put_active(Session& session, std::string_view name, bool active) {
  const auto body =
      edited(session, "alice_body", [active](json::Object& user) { user.set("active", active); });
  session.step(name, "PUT /Users/{{alice_id}}", body,
               {status({200}, putting), has("active", active, putting),
                has("userName", "{{alice}}", putting)});
}

}  // namespace

std::string edited(Session& session, std::string_view body_variable,
                   const std::function<void(json::Object&)>& edit) {
  const auto text = session.known().find(body_variable);
  auto document = json::parse(text.value_or(""));
  // Unknown: the step that wants it names the variable.
  if (!document || !document->object()) return "{{" + std::string(body_variable) + "}}";
  edit(*document->object());
  return json::write(*document);
}

void connect(Session& session) {
  session.step("test the connection: users", "GET /Users?startIndex=1&count=2",
               {status({200}, "Okta, connector test"), page_of(1, 2, "RFC 7644 §3.4.2.4")});
  session.step("test the connection: groups", "GET /Groups?count=100&startIndex=1",
               {status({200}, "Okta, connector test"), page_of(1, 100, "RFC 7644 §3.4.2.4")});
  session.step_as("non-token", "a wrong token is refused",
                  R"(GET /Users?filter=userName eq "{{alice_caps}}")",
                  {status({401}, spec_test), scim_error(401), present("detail", spec_test),
                   field("WWW-Authenticate", "RFC 7644 §2")});
}

void create_users(Session& session) {
  session.step("no such user yet",
               R"(GET /Users?filter=userName eq "{{alice}}"&startIndex=1&count=100)",
               {status({200, 404}, creating), no_match()});
  create(session, "alice");
  session.step("creating again is a conflict", "POST /Users", fill(new_user, "alice"),
               {status({409}, "Okta, Create Users; RFC 7644 §3.3"), scim_error(409, "uniqueness"),
                note("id", "stray_id")});
  create(session, "bob");
  create(session, "carol");
}

void look_up(Session& session) {
  session.step("find by userName",
               R"(GET /Users?filter=userName eq "{{alice}}"&startIndex=1&count=100)",
               {status({200}, creating), results(1, creating),
                has("Resources/0/id", "{{alice_id}}", creating)});
  session.step("find by userName in capitals",
               R"(GET /Users?filter=userName eq "{{alice_caps}}"&startIndex=1&count=100)",
               {status({200}, spec_test), results(1, "RFC 7643 §4.1.1, caseExact=false"),
                has("Resources/0/id", "{{alice_id}}", "RFC 7643 §4.1.1, caseExact=false")});
  session.step(
      "read the user", "GET /Users/{{alice_id}}",
      {status({200}, retrieving), has("id", "{{alice_id}}", retrieving),
       has("userName", "{{alice}}", retrieving), has("name/familyName", "Simulator", retrieving),
       not_named("password", never_returned), keep_body("alice_body")});
}

void update_profile(Session& session) {
  const auto renamed = edited(session, "alice_body", [](json::Object& user) {
    user.set(
        "name",
        json::Object{{"givenName", "Another"}, {"middleName", "Excited"}, {"familyName", "User"}});
    user.set("displayName", "Another User");
  });
  session.step(
      "PUT the whole body back with another name", "PUT /Users/{{alice_id}}", renamed,
      {status({200}, putting), has("id", "{{alice_id}}", putting),
       has("name/givenName", "Another", putting), has("name/middleName", "Excited", putting),
       has("userName", "{{alice}}", putting), has("active", true, putting)});
  session.step("the profile changed, the rest did not", "GET /Users/{{alice_id}}",
               {status({200}, retrieving), has("name/middleName", "Excited", putting),
                has("displayName", "Another User", putting),
                has("externalId", "{{alice_external}}", putting),
                has("emails/type=work/value", "{{alice}}", putting), keep_body("alice_body")});
  const auto trimmed = edited(session, "alice_body", [](json::Object& user) {
    user.erase("locale");
    user.set("title", "Simulator");
  });
  session.step("PUT without an attribute clears it", "PUT /Users/{{alice_id}}", trimmed,
               {status({200}, putting), has("title", "Simulator", putting),
                absent("locale", "RFC 7644 §3.5.1")});
}

void activate_by_patch(Session& session) {
  session.step("deactivate", "PATCH /Users/{{alice_id}}",
               replace_without_path(R"({"active":false})"),
               {status({200, 204}, patching), if_body(has("active", false, patching))});
  expect_active(session, false, patching);
  session.step(
      "an inactive user is still found",
      R"(GET /Users?filter=userName eq "{{alice}}"&startIndex=1&count=100)",
      {status({200}, creating), results(1, creating), has("Resources/0/active", false, creating)});
  session.step("activate", "PATCH /Users/{{alice_id}}", replace_without_path(R"({"active":true})"),
               {status({200, 204}, patching), if_body(has("active", true, patching))});
  expect_active(session, true, patching);
  session.step("synchronise the password", "PATCH /Users/{{alice_id}}",
               replace_without_path(R"({"password":"Xk4!pm90qz"})"),
               {status({200, 204}, patching), if_body(not_named("password", never_returned))});
}

void activate_by_put(Session& session) {
  put_active(session, "deactivate", false);
  expect_active(session, false, putting);
  put_active(session, "activate", true);
  expect_active(session, true, putting);
}

void miss(Session& session) {
  session.step("an unknown id", "GET /Users/010101001010101011001010101011",
               {status({404}, spec_test), scim_error(404), present("detail", spec_test)});
  session.step("another unknown id", "GET /Users/00919288221112222",
               {status({404}, spec_test), scim_error(404), present("detail", spec_test)});
  session.step("an unknown userName", R"(GET /Users?filter=userName eq "{{nobody}}")",
               {status({200}, spec_test), results(0, spec_test)});
  const auto body =
      edited(session, "alice_body", [](json::Object& user) { user.set("userName", "{{nobody}}"); });
  session.step("PUT creates nothing", "PUT /Users/010101001010101011001010101011", body,
               {status({404}, "RFC 7644 §3.5.1"), scim_error(404), note("id", "stray_id")});
}

}  // namespace rollcall::simulate::okta

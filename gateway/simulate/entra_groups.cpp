#include "gateway/simulate/entra.h"

namespace rollcall::simulate::entra {

namespace {

constexpr std::string_view creating = "Entra, Create Group";
constexpr std::string_view reading = "Entra, Get Group";
constexpr std::string_view matching = "Entra, Get Group by displayName";
constexpr std::string_view renaming = "Entra, Update Group [Non-member attributes]";
constexpr std::string_view adding = "Entra, Update Group [Add Members]";
constexpr std::string_view removing = "Entra, Update Group [Remove Members]; Entra flags";
constexpr std::string_view deleting = "RFC 7644 §3.6";

constexpr std::string_view new_group =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",)"
    R"("http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],)"
    R"("externalId":"{{group_external}}","displayName":"{{group}}","meta":{"resourceType":"Group"}})";

constexpr std::string_view same_name =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group",)"
    R"("http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"],)"
    R"("externalId":"{{guid}}","displayName":"{{group_caps}}","meta":{"resourceType":"Group"}})";

constexpr std::string_view same_user =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"externalId":"{{alan_external}}",)"
    R"("userName":"{{alan_renamed}}","active":true,"meta":{"resourceType":"User"},"roles":[]})";

void patch(Session& session, std::string_view name, std::string_view operations,
           std::string_view source) {
  session.step(name, "PATCH /Groups/{{group_id}}", patch_body(operations),
               {status({200, 204}, source)});
}

/// How Entra asks about one member, without reading them all.
void ask_member(Session& session, const std::string& person, bool member) {
  session.step(
      "is " + person + (member ? " a member? yes" : " a member? no"),
      R"(GET /Groups?excludedAttributes=members&filter=id eq "{{group_id}}" and members eq "{{)" +
          person + R"(_id}}")",
      {status({200}, reading), results(member ? 1 : 0, removing),
       not_named("Resources/0/members", reading)});
}

void expect_members(Session& session, std::string_view name, std::vector<std::string> ids,
                    std::string_view source) {
  session.step(name, "GET /Groups/{{group_id}}",
               {status({200}, reading), members(std::move(ids), source)});
}

}  // namespace

void create_group(Session& session) {
  session.step("no such group yet",
               R"(GET /Groups?excludedAttributes=members&filter=displayName eq "{{group}}")",
               {status({200}, matching), results(0, matching)});
  session.step(
      "create the group with Microsoft's schema", "POST /Groups", new_group,
      {status({201}, creating), keep("id", "group_id"), has("displayName", "{{group}}", creating),
       has("externalId", "{{group_external}}", creating),
       has("meta/resourceType", "Group", "RFC 7643 §3.1"), location()});
  session.step("the name in capitals is a conflict", "POST /Groups", same_name,
               {status({409}, "Entra, /Groups: displayName is unique"),
                scim_error(409, "uniqueness"), note("id", "stray_group_id")});
  session.step("match by name in capitals",
               R"(GET /Groups?excludedAttributes=members&filter=displayName eq "{{group_caps}}")",
               {status({200}, matching), results(1, matching),
                has("Resources/0/id", "{{group_id}}", matching)});
  session.step(
      "match by externalId",
      R"(GET /Groups?excludedAttributes=members&filter=externalId eq "{{group_external}}")",
      {status({200}, matching), results(1, matching),
       has("Resources/0/id", "{{group_id}}", matching)});
}

void change_members(Session& session, Dialect dialect) {
  const bool classic = dialect == Dialect::classic;
  patch(session, "add three members",
        classic ? R"({"op":"Add","path":"members","value":[{"$ref":null,"value":"{{alan_id}}"},)"
                  R"({"$ref":null,"value":"{{grace_id}}"},{"$ref":null,"value":"{{ada_id}}"}]})"
                : R"({"op":"add","path":"members","value":[{"value":"{{alan_id}}"},)"
                  R"({"value":"{{grace_id}}"},{"value":"{{ada_id}}"}]})",
        adding);
  session.step("read the group without its members",
               "GET /Groups/{{group_id}}?excludedAttributes=members",
               {status({200}, reading), has("displayName", "{{group}}", reading),
                not_named("members", reading)});
  for (const char* person : {"alan", "grace", "ada"}) ask_member(session, person, true);
  const std::string remove_grace =
      classic ? R"({"op":"Remove","path":"members","value":[{"$ref":null,"value":"{{grace_id}}"}]})"
              : R"({"op":"remove","path":"members[value eq \"{{grace_id}}\"]"})";
  patch(session, "remove one member", remove_grace, removing);
  ask_member(session, "grace", false);
  expect_members(session, "the others are still members", {"{{alan_id}}", "{{ada_id}}"}, removing);
  patch(session, "remove her again, nothing to change", remove_grace, "RFC 7644 §3.5.2.2");
  patch(session, "add a member that is one already",
        classic ? R"({"op":"Add","path":"members","value":[{"$ref":null,"value":"{{ada_id}}"}]})"
                : R"({"op":"add","path":"members","value":[{"value":"{{ada_id}}"}]})",
        "RFC 7644 §3.5.2.1");
  expect_members(session, "each member once", {"{{alan_id}}", "{{ada_id}}"}, "RFC 7644 §3.5.2.1");
}

void rename_group(Session& session, Dialect dialect) {
  patch(session, "rename",
        dialect == Dialect::classic
            ? R"({"op":"Replace","path":"displayName","value":"{{group_renamed}}"})"
            : R"({"op":"replace","value":{"displayName":"{{group_renamed}}"}})",
        renaming);
  session.step("renamed, and nobody lost", "GET /Groups/{{group_id}}",
               {status({200}, reading), has("displayName", "{{group_renamed}}", renaming),
                has("externalId", "{{group_external}}", renaming),
                members({"{{alan_id}}", "{{ada_id}}"}, renaming)});
}

void delete_user(Session& session) {
  session.step("delete alan for good", "DELETE /Users/{{alan_id}}", {status({204}, deleting)});
  session.step("the user is gone", "GET /Users/{{alan_id}}",
               {status({404}, deleting), scim_error(404)});
  session.step("deleting again finds nothing", "DELETE /Users/{{alan_id}}",
               {status({404}, deleting), scim_error(404)});
  session.step("the user is matched no more",
               R"(GET /Users?filter=externalId eq "{{alan_external}}")",
               {status({200}, deleting), results(0, deleting)});
  ask_member(session, "alan", false);
  expect_members(session, "gone from the group", {"{{ada_id}}"}, deleting);
  session.step("the name is free again, under another id", "POST /Users", same_user,
               {status({201}, deleting), keep("id", "alan_again_id"),
                has("userName", "{{alan_renamed}}", creating)});
}

void delete_group(Session& session) {
  session.step("delete the group", "DELETE /Groups/{{group_id}}", {status({204}, deleting)});
  session.step("the group is gone", "GET /Groups/{{group_id}}",
               {status({404}, deleting), scim_error(404)});
}

}  // namespace rollcall::simulate::entra

#include "gateway/simulate/okta.h"

namespace rollcall::simulate::okta {

namespace {

constexpr std::string_view creating = "Okta, Create Groups";
constexpr std::string_view retrieving = "Okta, Retrieve Groups";
constexpr std::string_view renaming = "Okta, Update a specific Group name";
constexpr std::string_view joining = "Okta, Update specific Group membership";
constexpr std::string_view deleting = "Okta, Delete a specific Group";

constexpr std::string_view new_group =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
    R"("displayName":"{{group}}","members":[]})";

constexpr std::string_view add_two =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
    R"("Operations":[{"op":"add","path":"members","value":[)"
    R"({"value":"{{alice_id}}","display":"{{alice}}"},{"value":"{{bob_id}}","display":"{{bob}}"}]}]})";

// The id is read-only, but it is what Okta sends.
constexpr std::string_view rename =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
    R"("Operations":[{"op":"replace","value":{"id":"{{group_id}}","displayName":"{{group_renamed}}"}}]})";

constexpr std::string_view remove_and_add =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)"
    R"({"op":"remove","path":"members[value eq \"{{alice_id}}\"]"},)"
    R"({"op":"add","path":"members","value":[{"value":"{{carol_id}}","display":"{{carol}}"}]}]})";

constexpr std::string_view push_now =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
    R"("Operations":[{"op":"replace","path":"members","value":[)"
    R"({"value":"{{alice_id}}","display":"{{alice}}"},{"value":"{{bob_id}}","display":"{{bob}}"}]}]})";

constexpr std::string_view put_one_member =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{group_renamed}}",)"
    R"("members":[{"value":"{{carol_id}}","display":"{{carol}}"}]})";

constexpr std::string_view put_old_name =
    R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{group}}",)"
    R"("members":[{"value":"{{carol_id}}","display":"{{carol}}"}]})";

void expect_group(Session& session, std::string_view name, std::string_view display_name,
                  std::vector<std::string> ids, std::string_view source) {
  session.step(name, "GET /Groups/{{group_id}}",
               {status({200}, "Okta, Retrieve specific Groups"),
                has("displayName", display_name, source), members(std::move(ids), source)});
}

}  // namespace

void push_group(Session& session) {
  session.step("no such group yet",
               R"(GET /Groups?filter=displayName eq "{{group}}"&startIndex=1&count=100)",
               {status({200}, retrieving), results(0, retrieving)});
  session.step("create the group", "POST /Groups", new_group,
               {status({201}, creating), keep("id", "group_id"),
                has("displayName", "{{group}}", creating), absent("members", creating),
                has("meta/resourceType", "Group", "RFC 7643 §3.1"), location()});
  session.step("find the group by name",
               R"(GET /Groups?filter=displayName eq "{{group}}"&startIndex=1&count=100)",
               {status({200}, retrieving), results(1, retrieving),
                has("Resources/0/id", "{{group_id}}", retrieving)});
  expect_group(session, "read the group", "{{group}}", {}, creating);
}

void push_members_by_patch(Session& session) {
  const auto patch = [&session](std::string_view name, std::string_view body,
                                std::string_view source) {
    session.step(name, "PATCH /Groups/{{group_id}}", body, {status({200, 204}, source)});
  };
  patch("add two members", add_two, joining);
  expect_group(session, "both are members", "{{group}}", {"{{alice_id}}", "{{bob_id}}"}, joining);
  patch("rename without a path, with the id", rename, renaming);
  expect_group(session, "renamed, and nobody lost", "{{group_renamed}}",
               {"{{alice_id}}", "{{bob_id}}"}, renaming);
  patch("remove one and add one in one request", remove_and_add, joining);
  expect_group(session, "exactly these two", "{{group_renamed}}", {"{{bob_id}}", "{{carol_id}}"},
               joining);
  patch("the name again, as with each membership change", rename, renaming);
  patch("push now replaces all members", push_now, joining);
  patch("push now again, nothing to change", push_now, joining);
  expect_group(session, "exactly the pushed ones", "{{group_renamed}}",
               {"{{alice_id}}", "{{bob_id}}"}, joining);
  session.step("read a member with its groups", "GET /Users/{{alice_id}}",
               {status({200}, "Okta, Retrieve a specific User"), keep_body("alice_body")});
  const auto echoed =
      edited(session, "alice_body", [](json::Object& user) { user.set("title", "Member"); });
  session.step("PUT back with groups and meta, which are read-only", "PUT /Users/{{alice_id}}",
               echoed,
               {status({200}, "RFC 7644 §3.5.1"), has("title", "Member", "RFC 7644 §3.5.1")});
  expect_group(session, "still a member", "{{group_renamed}}", {"{{alice_id}}", "{{bob_id}}"},
               "RFC 7643 §4.1.2, groups is readOnly");
}

void push_group_by_put(Session& session) {
  session.step("PUT the members", "PUT /Groups/{{group_id}}", put_one_member,
               {status({200}, joining), has("displayName", "{{group_renamed}}", joining)});
  expect_group(session, "exactly the put one", "{{group_renamed}}", {"{{carol_id}}"}, joining);
  session.step("PUT the name", "PUT /Groups/{{group_id}}", put_old_name,
               {status({200}, renaming), has("displayName", "{{group}}", renaming)});
  expect_group(session, "renamed, and nobody lost", "{{group}}", {"{{carol_id}}"}, renaming);
}

void unlink_group(Session& session) {
  session.step("unlink: delete the group", "DELETE /Groups/{{group_id}}",
               {status({204}, deleting)});
  session.step("the group is gone", "GET /Groups/{{group_id}}",
               {status({404}, "RFC 7644 §3.6"), scim_error(404)});
  session.step("deleting again finds nothing", "DELETE /Groups/{{group_id}}",
               {status({404}, "RFC 7644 §3.6"), scim_error(404)});
  session.step("its members are not gone", "GET /Users/{{carol_id}}",
               {status({200}, "RFC 7644 §3.6"), absent("groups", "RFC 7643 §4.1.2")});
}

}  // namespace rollcall::simulate::okta

#include "gateway/simulate/okta.h"

#include "gateway/simulate/scenarios.h"

#include <array>

namespace rollcall::simulate {

namespace {

Profile okta_client() {
  Profile profile;
  profile.fields = {{"User-Agent", "Okta SCIM Client 1.0.0"},
                    {"Accept", "application/scim+json"},
                    {"Accept-Charset", "utf-8"},
                    {"Content-Type", "application/scim+json; charset=utf-8"}};
  // The examples of Okta's reference carry text/json.
  profile.media_types = {"application/scim+json", "application/json", "text/json"};
  profile.media_type_source = "RFC 7644 §3.8";
  return profile;
}

Variables okta_names(const std::function<UuidBytes()>& random) {
  Variables known;
  const std::string run = format_uuid(random()).substr(24);
  for (const char* person : {"alice", "bob", "carol"}) {
    std::string id = format_uuid(random());
    std::erase(id, '-');
    known.set(person, std::string(person) + "." + run + "@okta-simulator.example");
    known.set(std::string(person) + "_external", "00u" + id.substr(0, 17));
  }
  known.set("alice_caps", "ALICE." + run + "@OKTA-SIMULATOR.EXAMPLE");
  known.set("nobody", "nobody." + run + "@okta-simulator.example");
  known.set("group", "Okta Simulator " + run);
  known.set("group_renamed", "Okta Simulator " + run + " renamed");
  known.set("run", run);
  return known;
}

void clean_up(Session& session) {
  session.section("Okta: the simulator cleans up (Okta itself never deletes users)");
  session.clean_up("remove the group", "/Groups/{{stray_group_id}}");
  session.clean_up("remove the duplicate", "/Users/{{stray_id}}");
  for (const char* person : {"alice", "bob", "carol"}) {
    session.clean_up("remove " + std::string(person), "/Users/{{" + std::string(person) + "_id}}");
  }
}

}  // namespace

void play_okta(const Run& run) {
  Session session(run.transport, okta_client(), run.authorization, okta_names(run.random),
                  run.observer);
  session.section("Okta: connect");
  okta::connect(session);
  session.section("Okta: import");
  okta::import_all(session, "before");
  session.section("Okta: assign users");
  okta::create_users(session);
  okta::look_up(session);
  session.section("Okta: push profiles");
  okta::update_profile(session);
  session.section("Okta: activate and deactivate (Okta Integration Network, PATCH)");
  okta::activate_by_patch(session);
  session.section("Okta: activate and deactivate (App Integration Wizard, PUT)");
  okta::activate_by_put(session);
  session.section("Okta: what is not there");
  okta::miss(session);
  session.section("Okta: import what was pushed");
  okta::import_all(session, "after");
  session.section("Okta: group push (Okta Integration Network, PATCH)");
  okta::push_group(session);
  okta::push_members_by_patch(session);
  session.section("Okta: group push (App Integration Wizard, PUT)");
  okta::push_group_by_put(session);
  okta::unlink_group(session);
  clean_up(session);
}

}  // namespace rollcall::simulate

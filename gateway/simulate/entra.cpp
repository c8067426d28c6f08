#include "gateway/simulate/entra.h"

#include "gateway/simulate/scenarios.h"

namespace rollcall::simulate {

namespace {

using entra::Dialect;

Profile entra_client(Dialect dialect) {
  Profile profile;
  // No User-Agent: the provisioning service sends none, which firewalls have taken for an attack.
  profile.fields = {{"Accept", "application/scim+json"},
                    {"Content-Type", "application/scim+json; charset=utf-8"}};
  profile.media_types = {"application/scim+json"};
  profile.media_type_source = "Entra, General";
  profile.plus_for_space = dialect == Dialect::classic;
  return profile;
}

Variables entra_names(const std::function<UuidBytes()>& random) {
  Variables known;
  const std::string run = format_uuid(random()).substr(24);
  for (const std::string person : {"alan", "grace", "ada"}) {
    const std::string name = person + "." + run;
    known.set(person, name + "@entra-simulator.example");
    known.set(person + "_mail", name + "@mail.entra-simulator.example");
    known.set(person + "_external", format_uuid(random()));
  }
  known.set("alan_caps", "ALAN." + run + "@ENTRA-SIMULATOR.EXAMPLE");
  known.set("alan_renamed", "alan.turing." + run + "@entra-simulator.example");
  known.set("group", "Entra Simulator " + run);
  known.set("group_caps", "ENTRA SIMULATOR " + run);
  known.set("group_renamed", "Entra Simulator " + run + " renamed");
  known.set("group_external", format_uuid(random()));
  known.set("guid", format_uuid(random()));
  return known;
}

void clean_up(Session& session) {
  session.clean_up("remove the second group", "/Groups/{{stray_group_id}}");
  session.clean_up("remove the duplicate", "/Users/{{stray_id}}");
  session.clean_up("remove ada", "/Users/{{ada_id}}");
  session.clean_up("remove grace", "/Users/{{grace_id}}");
  session.clean_up("remove alan", "/Users/{{alan_again_id}}");
}

void play(const Run& run, Dialect dialect) {
  const std::string title =
      dialect == Dialect::classic ? "Entra (classic)" : "Entra (aadOptscim062020)";
  Session session(run.transport, entra_client(dialect), run.authorization, entra_names(run.random),
                  run.observer);
  session.section(title + ": test the connection");
  entra::connect(session, dialect);
  session.section(title + ": initial cycle, users");
  entra::create_users(session);
  entra::match_users(session, dialect);
  session.section(title + ": update");
  entra::update_user(session, dialect);
  entra::set_manager(session);
  session.section(title + ": disable and restore");
  entra::disable_and_restore(session, dialect);
  session.section(title + ": groups");
  entra::create_group(session);
  entra::change_members(session, dialect);
  entra::rename_group(session, dialect);
  session.section(title + ": delete");
  entra::delete_user(session);
  entra::delete_group(session);
  session.section(title + ": the simulator cleans up");
  clean_up(session);
}

}  // namespace

void play_entra(const Run& run) {
  play(run, Dialect::classic);
  play(run, Dialect::optimised);
}

}  // namespace rollcall::simulate

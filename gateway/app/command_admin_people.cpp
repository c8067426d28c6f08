#include "gateway/app/admin_client.h"
#include "gateway/app/command_admin_parts.h"
#include "gateway/app/target.h"
#include "gateway/http/url.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <memory>
#include <ostream>

namespace rollcall::app {
namespace {

struct PeopleOptions {
  std::string organization;
  std::string user;
  std::string role;
  std::string group;
  bool confirm = false;
  TargetOptions target;
  OutputFormat output = OutputFormat::text;
};

std::string organization_path(const PeopleOptions& options) {
  return "/organizations/" + http::percent_encode(options.organization);
}

/// The grants of a role on the organization, or on all projects, which a dbt admin may hold it on.
bool holds(AdminClient& client, const PeopleOptions& options, const std::string& group,
           const std::string& role) {
  for (const char* scope : {"org", "all_projects"}) {
    const json::Object page =
        client.get(organization_path(options) + "/grants?group=" + http::percent_encode(group) +
                   "&role=" + http::percent_encode(role) + "&scope=" + scope);
    const json::Value* items = page.find("items");
    if (items && items->array() && !items->array()->empty()) return true;
  }
  return false;
}

std::optional<std::string> find_group(AdminClient& client, const PeopleOptions& options) {
  const json::Object page = client.get(organization_path(options) +
                                       "/groups?name=" + http::percent_encode(options.group));
  const json::Value* items = page.find("items");
  if (!items || !items->array() || items->array()->empty()) return std::nullopt;
  return text_of(*items->array()->front().object(), "id");
}

/// Through a group that holds the role already, or a new one: another's members would be made
/// admins with the user.
void grant_through_group(AdminClient& client, const PeopleOptions& options,
                         const std::string& role) {
  auto group = find_group(client, options);
  if (group && !holds(client, options, *group, role)) {
    throw std::runtime_error("the group \"" + options.group + "\" does not hold " + role +
                             ": name another, or a new one, with --group");
  }
  if (!group) {
    group = text_of(client.post(organization_path(options) + "/groups", {{"name", options.group}}),
                    "id");
    client.post(organization_path(options) + "/grants",
                {{"group", *group}, {"role", role}, {"scope", "org"}});
  }
  client.post(organization_path(options) + "/memberships",
              {{"group", *group}, {"user", options.user}});
}

bool has_feature(const json::Object& organization, std::string_view feature) {
  const json::Value* features = organization.find("features");
  if (!features || !features->array()) return false;
  return std::any_of(features->array()->begin(), features->array()->end(),
                     [&](const json::Value& each) { return each == json::Value(feature); });
}

/// Without RBAC a dbt organization has its fixed group Owner alone (F47).
void take_strongest(const json::Object& organization, PeopleOptions& options) {
  const bool dbt = shown(organization, "preset") == "dbt";
  const bool fixed = dbt && !has_feature(organization, "rbac");
  if (options.role.empty()) {
    options.role = fixed ? "owner" : dbt ? "account_admin" : "organization_admin";
  }
  if (options.group.empty()) options.group = fixed ? "Owner" : "Owners";
}

int grant(const PeopleOptions& given, const CommandContext& context) {
  PeopleOptions options = given;
  AdminClient client(resolve_target(options.target), context.clock);
  const json::Object organization = client.get(organization_path(options));
  take_strongest(organization, options);
  const std::string& role = options.role;
  const json::Value* policy = organization.find("policy");
  const json::Value* direct =
      policy && policy->object() ? policy->object()->find("direct_user_grants") : nullptr;
  const bool through_group = direct && direct->boolean() && !*direct->boolean();
  if (through_group) {
    grant_through_group(client, options, role);
  } else {
    client.post(organization_path(options) + "/grants",
                {{"user", options.user}, {"role", role}, {"scope", "org"}});
  }
  if (options.output == OutputFormat::json) {
    json::Object answer{{"user", options.user}, {"role", role}, {"scope", "org"}};
    if (through_group) answer.append("group", options.group);
    context.out << json::write(json::Value(std::move(answer))) << '\n';
    return exit_code::ok;
  }
  context.out << options.user << " holds " << role << " on the organization "
              << options.organization;
  if (through_group) context.out << ", as a member of the group " << options.group;
  context.out << ".\n";
  return exit_code::ok;
}

int erase(const PeopleOptions& options, const CommandContext& context) {
  if (!options.confirm) {
    throw UsageError("what is erased is gone for good: say --confirm");
  }
  AdminClient client(resolve_target(options.target), context.clock);
  const json::Object done =
      client.post(organization_path(options) + "/users/" + http::percent_encode(options.user) +
                      "/erase?confirm=true",
                  {});
  if (options.output == OutputFormat::json) {
    context.out << json::write(json::Value(done)) << '\n';
    return exit_code::ok;
  }
  const auto count = [&](std::string_view name) {
    const json::Value* value = done.find(name);
    return value && value->integer() ? *value->integer() : 0;
  };
  context.out << "Erased from " << count("events") << " audit events and " << count("mails")
              << " mails.\n";
  return exit_code::ok;
}

CLI::App& add_people_command(CLI::App& admin, CommandContext& context,
                             const std::shared_ptr<PeopleOptions>& options, const char* name,
                             const char* description,
                             int (*run)(const PeopleOptions&, const CommandContext&)) {
  CLI::App& command = add_command(admin, context, name, description,
                                  [options, &context, run] { return run(*options, context); });
  command.add_option("--organization", options->organization, "Its slug")
      ->required()
      ->type_name("SLUG");
  add_target_options(command, options->target);
  add_output_option(command, options->output);
  return command;
}

}  // namespace

void add_admin_people(CLI::App& admin, CommandContext& context) {
  auto granting = std::make_shared<PeopleOptions>();
  CLI::App& command = add_people_command(
      admin, context, granting, "grant",
      "Makes a user an admin of the organization, when nobody is left who could: by a grant of "
      "their own, or through a group where the organization grants to groups only.",
      grant);
  command.add_option("--user", granting->user, "The user's e-mail address, userName or id")
      ->required()
      ->type_name("USER");
  command.add_option("--role", granting->role, "Another role than the strongest")->type_name("KEY");
  command
      .add_option(
          "--group", granting->group,
          "The group that holds the role, made if there is none: Owners, or Owner where the "
          "plan has no RBAC")
      ->type_name("NAME");

  auto erasing = std::make_shared<PeopleOptions>();
  CLI::App& erasure = add_people_command(
      admin, context, erasing, "erase",
      "Erases a removed user's data from the audit log, whose chain stays valid, and from the mail "
      "that is kept.",
      erase);
  erasure.add_option("--user", erasing->user, "The user's id")->required()->type_name("ID");
  erasure.add_flag("--confirm", erasing->confirm, "Really");
}

}  // namespace rollcall::app

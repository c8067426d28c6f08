#include "gateway/app/admin_client.h"
#include "gateway/app/command_admin_parts.h"
#include "gateway/app/table.h"
#include "gateway/app/target.h"
#include "gateway/http/url.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>
#include <ostream>
#include <vector>

namespace rollcall::app {
namespace {

struct AuditOptions {
  std::string organization;
  /// "SEQUENCE:LINK", as `audit head` printed it.
  std::string head;
  TargetOptions target;
  OutputFormat output = OutputFormat::text;
};

struct AuditLog {
  std::string name;
  std::string path;
};

/// The one that was named, else the instance's and every organization's.
std::vector<AuditLog> logs(AdminClient& client, const std::string& organization) {
  const auto log_of = [](const std::string& slug) {
    return AuditLog{slug, "/organizations/" + http::percent_encode(slug) + "/audit"};
  };
  if (!organization.empty()) return {log_of(organization)};
  std::vector<AuditLog> all{{"(instance)", "/audit"}};
  for (const json::Value& item : client.list("/organizations")) {
    all.push_back(log_of(text_of(*item.object(), "slug")));
  }
  return all;
}

std::int64_t number(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value && value->integer() ? *value->integer() : 0;
}

std::string head_text(const json::Object& head) {
  return std::to_string(number(head, "sequence")) + ":" + shown(head, "link");
}

/// Prints the answers as {"log": answer, …}, or as the table.
void print(const AuditOptions& options, const CommandContext& context, const json::Object& answers,
           const Table& table) {
  if (options.output == OutputFormat::json) {
    context.out << json::write(json::Value(answers)) << '\n';
  } else {
    table.print(context.out);
  }
}

int head(const AuditOptions& options, const CommandContext& context) {
  AdminClient client(resolve_target(options.target), context.clock);
  Table table({"LOG", "HEAD"});
  json::Object answers;
  for (const AuditLog& log : logs(client, options.organization)) {
    json::Object answer = client.get(log.path + "/head");
    table.add({log.name, head_text(answer)});
    answers.append(log.name, std::move(answer));
  }
  print(options, context, answers, table);
  return exit_code::ok;
}

json::Object expected_head(const AuditOptions& options) {
  if (options.head.empty()) return {};
  if (options.organization.empty()) throw UsageError("--head needs --organization");
  const auto colon = options.head.find(':');
  const auto sequence = json::parse(options.head.substr(0, colon));
  if (colon == std::string::npos || !sequence || !sequence->integer()) {
    throw UsageError("--head must be SEQUENCE:LINK, as `admin audit head` prints it");
  }
  return {{"sequence", *sequence}, {"link", options.head.substr(colon + 1)}};
}

int verify(const AuditOptions& options, const CommandContext& context) {
  const json::Object expected = expected_head(options);
  AdminClient client(resolve_target(options.target), context.clock);
  Table table({"LOG", "EVENTS", "RESULT"});
  json::Object answers;
  bool all_valid = true;
  for (const AuditLog& log : logs(client, options.organization)) {
    json::Object answer = client.post(log.path + "/verify", expected);
    const json::Value* valid = answer.find("valid");
    const bool good = valid && valid->boolean() && *valid->boolean();
    all_valid = all_valid && good;
    table.add({log.name, std::to_string(number(answer, "events")),
               good ? "valid"
                    : "BROKEN at event " + std::to_string(number(answer, "broken_at")) + ": " +
                          shown(answer, "reason")});
    answers.append(log.name, std::move(answer));
  }
  print(options, context, answers, table);
  return all_valid ? exit_code::ok : exit_code::failure;
}

CLI::App& add_audit_command(CLI::App& group, CommandContext& context,
                            const std::shared_ptr<AuditOptions>& options, const char* name,
                            const char* description,
                            int (*run)(const AuditOptions&, const CommandContext&)) {
  CLI::App& command = add_command(group, context, name, description,
                                  [options, &context, run] { return run(*options, context); });
  command
      .add_option("--organization", options->organization,
                  "Its log; without it the instance's and every organization's")
      ->type_name("SLUG");
  add_target_options(command, options->target);
  add_output_option(command, options->output);
  return command;
}

}  // namespace

void add_admin_audit(CLI::App& admin, CommandContext& context) {
  CLI::App& group = add_command_group(admin, "audit", "The audit logs and their chains.");
  add_audit_command(group, context, std::make_shared<AuditOptions>(), "head",
                    "Prints the last link of each chain: kept elsewhere, it proves later that "
                    "nothing was cut off.",
                    head);
  auto options = std::make_shared<AuditOptions>();
  add_audit_command(
      group, context, options, "verify",
      "Walks each chain and says whether an event was changed, removed or added. Exit "
      "code 1 if so.",
      verify)
      .add_option("--head", options->head, "A head printed before: finds a cut-off end as well")
      ->type_name("SEQUENCE:LINK");
}

}  // namespace rollcall::app

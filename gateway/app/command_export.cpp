#include "gateway/admin/fields.h"
#include "gateway/admin/organization_file.h"
#include "gateway/app/admin_client.h"
#include "gateway/app/command.h"
#include "gateway/app/target.h"
#include "gateway/http/url.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <memory>
#include <ostream>

namespace rollcall::app {
namespace {

struct ExportOptions {
  std::string organization;
  TargetOptions target;
  OutputFormat output = OutputFormat::text;
};

int export_organization(const ExportOptions& options, const CommandContext& context) {
  AdminClient client(resolve_target(options.target), context.clock);
  const std::string file =
      client.send(http::Method::get,
                  "/organizations/" + http::percent_encode(options.organization) + "/export");
  if (options.output == OutputFormat::text) {
    context.out << file;
    return exit_code::ok;
  }
  const auto tree = yaml::parse(file, admin::organization_file_limits);
  if (!tree) throw std::runtime_error("the answer is not an organization file");
  context.out << json::write(admin::to_json(*tree)) << '\n';
  return exit_code::ok;
}

}  // namespace

void add_export(CLI::App& parent, CommandContext& context) {
  auto options = std::make_shared<ExportOptions>();
  CLI::App& command =
      add_command(parent, context, "export",
                  "Prints an organization as the file that `rollcall apply` accepts unchanged. "
                  "Users and groups "
                  "that SCIM manages are not in it.",
                  [options, &context] { return export_organization(*options, context); });
  command.add_option("--organization", options->organization, "Its slug")
      ->required()
      ->type_name("SLUG");
  add_target_options(command, options->target);
  add_output_option(command, options->output);
}

}  // namespace rollcall::app

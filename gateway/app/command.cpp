#include "gateway/app/command.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <map>
#include <ostream>

namespace rollcall::app {
namespace {

constexpr const char* exit_codes =
    "Exit codes: 0 done, 1 the operation failed, 2 wrong arguments or configuration.";

int guarded(const std::function<int()>& run, std::ostream& err) {
  try {
    return run();
  } catch (const UsageError& error) {
    err << "rollcall: " << error.what() << '\n';
    return exit_code::usage;
  } catch (const std::exception& error) {
    err << "rollcall: " << error.what() << '\n';
    return exit_code::failure;
  }
}

}  // namespace

CLI::App& add_command(CLI::App& parent, CommandContext& context, const std::string& name,
                      const std::string& description, std::function<int()> run) {
  CLI::App* command = parent.add_subcommand(name, description);
  command->footer(exit_codes);
  command->callback(
      [&context, run = std::move(run)] { context.exit_code = guarded(run, context.err); });
  return *command;
}

CLI::App& add_command_group(CLI::App& parent, const std::string& name,
                            const std::string& description) {
  CLI::App* group = parent.add_subcommand(name, description);
  group->footer(exit_codes);
  group->require_subcommand(1);
  return *group;
}

void add_output_option(CLI::App& command, OutputFormat& output) {
  const std::map<std::string, OutputFormat> names{{"text", OutputFormat::text},
                                                  {"json", OutputFormat::json}};
  command
      .add_option_function<std::string>(
          "--output", [&output, names](const std::string& word) { output = names.at(word); },
          "How to print: text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
}

}  // namespace rollcall::app

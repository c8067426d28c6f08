#include "gateway/app/command.h"
#include "gateway/app/version.h"
#include "gateway/base/clock.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <iostream>
#include <string>

// NOLINTNEXTLINE(bugprone-exception-escape): what no command catches ends the process
int main(int argc, char** argv) {
  using namespace rollcall;
  using namespace rollcall::app;

  const SystemClock clock;
  CommandContext context{std::cout, std::cerr, clock};
  CLI::App rollcall("Rollcall: takes users and groups from your identity provider.", "rollcall");
  rollcall.set_version_flag("--version", "rollcall " + std::string(version));
  rollcall.require_subcommand(1);

  add_serve(rollcall, context);
  add_demo(rollcall, context);
  add_check_config(rollcall, context);
  add_apply(rollcall, context);
  add_export(rollcall, context);
  add_admin(rollcall, context);
  add_simulate(rollcall, context);

  try {
    rollcall.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return rollcall.exit(error) == 0 ? exit_code::ok : exit_code::usage;
  }
  return context.exit_code;
}

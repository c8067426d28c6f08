#pragma once

#include "gateway/base/clock.h"

#include <functional>
#include <iosfwd>
#include <stdexcept>
#include <string>

namespace CLI {
class App;
}

namespace rollcall::app {

/// Exit codes of every command; each --help tells them.
namespace exit_code {
constexpr int ok = 0;
constexpr int failure = 1;  // the operation failed
constexpr int usage = 2;    // wrong arguments or configuration
}  // namespace exit_code

enum class OutputFormat { text, json };

/// What main lends every command for the time of main.
struct CommandContext {
  std::ostream& out;
  std::ostream& err;
  const Clock& clock;
  /// What main gives back; set by the command that ran.
  int exit_code = exit_code::ok;
};

/// Wrong arguments or configuration: the sentence is printed, the exit code is `usage`.
class UsageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Adds a command whose --help ends with the exit codes. `run` gives the exit code; a UsageError or
/// any other exception it throws becomes one sentence on `err` and the code `usage` or `failure`.
/// What the options fill lives as long as `run`: a shared_ptr it captures.
///
///   void add_apply(CLI::App& parent, CommandContext& context) {
///     auto options = std::make_shared<ApplyOptions>();
///     CLI::App& command = add_command(parent, context, "apply", "Brings an organization …",
///                                     [options, &context] { return apply(*options, context); });
///     command.add_option("-f,--file", options->file, "The organization's YAML")->required();
///     add_output_option(command, options->output);
///   }
CLI::App& add_command(CLI::App& parent, CommandContext& context, const std::string& name,
                      const std::string& description, std::function<int()> run);

/// A command that only groups others ("admin", "admin token"): one of them must be given.
CLI::App& add_command_group(CLI::App& parent, const std::string& name,
                            const std::string& description);

/// --output text|json
void add_output_option(CLI::App& command, OutputFormat& output);

// One line each in main.cpp; a command lives in command_<name>.cpp.
void add_serve(CLI::App& parent, CommandContext& context);
void add_demo(CLI::App& parent, CommandContext& context);
void add_check_config(CLI::App& parent, CommandContext& context);
void add_apply(CLI::App& parent, CommandContext& context);
void add_export(CLI::App& parent, CommandContext& context);
void add_admin(CLI::App& parent, CommandContext& context);
void add_simulate(CLI::App& parent, CommandContext& context);

}  // namespace rollcall::app

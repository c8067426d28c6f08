#include "gateway/admin/restore.h"
#include "gateway/app/admin_client.h"
#include "gateway/app/command.h"
#include "gateway/app/command_admin_parts.h"
#include "gateway/app/target.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <filesystem>
#include <memory>
#include <ostream>

namespace rollcall::app {
namespace {

struct FileOptions {
  std::string file;
  TargetOptions target;
  OutputFormat output = OutputFormat::text;
};

int backup(const FileOptions& options, const CommandContext& context) {
  const std::string path = std::filesystem::absolute(options.file).string();
  AdminClient client(resolve_target(options.target), context.clock);
  const json::Object answer = client.post("/backup", {{"path", path}});
  if (options.output == OutputFormat::json) {
    context.out << json::write(json::Value(answer)) << '\n';
  } else {
    context.out << "The store is backed up to " << text_of(answer, "path") << ".\n"
                << "Keep the audit key with it: without the key it cannot be restored.\n";
  }
  return exit_code::ok;
}

int restore(const FileOptions& options, const CommandContext& context) {
  const Target target = resolve_target(options.target);
  if (!target.local) throw UsageError("restore works on this machine: name --config or --data-dir");
  const Instance& instance = *target.local;
  if (instance.configured_audit_key.empty() && !std::filesystem::exists(instance.key_file)) {
    throw std::runtime_error("the audit key " + instance.key_file.string() +
                             " is missing: put the one of the backup there first");
  }
  Log log(LogFormat::text, LogLevel::warning);
  const admin::RestoreReport report =
      admin::restore(options.file, instance.store_file, audit_key(instance), context.clock, log);
  const std::string aside = report.moved_aside.string();
  if (options.output == OutputFormat::json) {
    const json::Object answer{{"store", instance.store_file.string()},
                              {"moved_aside", aside.empty() ? json::Value() : json::Value(aside)},
                              {"chains", static_cast<std::int64_t>(report.chains)},
                              {"events", report.events}};
    context.out << json::write(json::Value(answer)) << '\n';
    return exit_code::ok;
  }
  context.out << "Verified " << report.events << " events in " << report.chains
              << " audit chains and restored " << instance.store_file.string() << ".\n";
  if (!aside.empty()) context.out << "The store that was there is now " << aside << ".\n";
  return exit_code::ok;
}

void add_file_command(CLI::App& admin, CommandContext& context, const char* name,
                      const char* description,
                      int (*run)(const FileOptions&, const CommandContext&)) {
  auto options = std::make_shared<FileOptions>();
  CLI::App& command = add_command(admin, context, name, description,
                                  [options, &context, run] { return run(*options, context); });
  command.add_option("FILE", options->file, "The backup")->required();
  add_target_options(command, options->target);
  add_output_option(command, options->output);
}

}  // namespace

void add_admin(CLI::App& parent, CommandContext& context) {
  CLI::App& admin = add_command_group(
      parent, "admin",
      "What the operator does on the machine: tokens, backup, restore, audit log, and "
      "making an admin where none is left.");
  add_admin_token(admin, context);
  add_file_command(admin, context, "backup",
                   "Writes a consistent copy of the store to a new file, while the server runs.",
                   backup);
  add_file_command(admin, context, "restore",
                   "Verifies a backup and puts it in the place of the store, which no server may "
                   "have open. The store that was there is renamed, not overwritten.",
                   restore);
  add_admin_people(admin, context);
  add_admin_audit(admin, context);
}

}  // namespace rollcall::app

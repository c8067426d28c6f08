#include "gateway/app/address.h"
#include "gateway/app/command.h"
#include "gateway/app/run.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <filesystem>
#include <memory>
#include <ostream>
#include <stdexcept>

namespace rollcall::app {
namespace {

constexpr std::string_view demo_slug = "demo";

struct DemoOptions {
  std::string listen = "127.0.0.1:8080";
  std::string data_dir;
  std::string ready_file;
  OutputFormat output = OutputFormat::text;
};

/// The organization `demo` with a SCIM connection, unless an earlier start made them.
Result<> prepare(Transaction& transaction) {
  Organizations organizations = transaction.organizations();
  auto organization = organizations.get(demo_slug);
  if (!organization) organization = organizations.add(demo_slug);
  if (!organization) return std::move(organization).error();
  if (!organizations.scim_connections(organization->key).empty()) return {};
  const ScimConnection connection{.key = ScimConnectionKey(0),
                                  .organization = organization->key,
                                  .organization_slug = {},
                                  .id = "scim"};
  CHECK_OK(organizations.put_scim_connection(connection));
  return {};
}

std::string text(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value && value->string() ? *value->string() : "";
}

/// The first SCIM connection of the demo's organization; the operator may have added others.
json::Object first_scim(const json::Object& ready) {
  for (const json::Value& organization : *ready.find("organizations")->array()) {
    const json::Object& entry = *organization.object();
    const json::Array& scim = *entry.find("scim")->array();
    if (text(entry, "slug") == demo_slug && !scim.empty()) return *scim.front().object();
  }
  return {};
}

void greet(std::ostream& out, const json::Object& ready, const std::filesystem::path& data,
           const std::filesystem::path& ready_file) {
  const json::Object scim = first_scim(ready);
  const std::string url = text(scim, "base_url");
  const std::string token = text(scim, "token");
  out << "Rollcall is running. Ctrl-C stops it; the data stays in " << data.string() << "\n\n"
      << "  SCIM base URL   " << url << '\n'
      << "  SCIM token      " << token << '\n'
      << "  Admin API       " << text(ready, "admin_url") << '\n'
      << "  Admin token     " << text(ready, "admin_token") << '\n'
      << "  Metrics         " << text(ready, "metrics_url") << '\n'
      << "  Mail            " << (data / "mail").string() << '\n'
      << "  All of it       " << ready_file.string() << "\n\n"
      << "Let Okta's requests run against it:\n\n"
      << "  rollcall simulate okta --url " << url << " --token " << token << "\n\n"
      << "Or look at the users yourself:\n\n"
      << "  curl -H 'Authorization: Bearer " << token << "' " << url << "/Users\n"
      << std::endl;
}

int demo(const DemoOptions& options, const CommandContext& context) {
  const auto endpoint = parse_endpoint(options.listen);
  if (!endpoint) throw UsageError("--listen must be an address and a port, such as 127.0.0.1:8080");
  if (!endpoint->loopback) {
    throw UsageError("the demo listens on loopback only; `rollcall serve` is for other addresses");
  }
  const std::filesystem::path data =
      options.data_dir.empty() ? default_demo_directory() : std::filesystem::path(options.data_dir);
  if (std::filesystem::create_directories(data)) {
    std::filesystem::permissions(data, std::filesystem::perms::owner_all);
  }
  const Instance instance = demo_instance(data);

  Config config;
  config.listen = endpoint->str();
  config.store = instance.store;
  config.log.level = LogLevel::warning;
  config.mail.sink_dir = data / "mail";
  config.outbound.allow = {"127.0.0.0/8", "::1/128"};
  if (endpoint->port == 0) config.operations.listen = "127.0.0.1:0";

  RunOptions run;
  run.ready_file =
      options.ready_file.empty() ? data / "ready.json" : std::filesystem::path(options.ready_file);
  run.operations_may_move = true;
  run.prepare = [](Directory& directory) {
    const auto done = directory.write_now(Actor{}, &prepare);
    if (!done) throw std::runtime_error("cannot prepare the demo: " + done.error().detail());
  };
  run.started = [&](const json::Object& ready) {
    if (options.output == OutputFormat::json) {
      context.out << json::write(json::Value(ready)) << std::endl;
    } else {
      greet(context.out, ready, data, *run.ready_file);
    }
  };
  return run_gateway(config, instance, run, context);
}

}  // namespace

void add_demo(CLI::App& parent, CommandContext& context) {
  auto options = std::make_shared<DemoOptions>();
  CLI::App& command = add_command(
      parent, context, "demo",
      "Runs a gateway to try things on: loopback only, no configuration, the organization 'demo' "
      "with a SCIM connection and tokens that it prints.",
      [options, &context] { return demo(*options, context); });
  command.add_option("--listen", options->listen, "Port 0 takes a free one")
      ->type_name("ADDR:PORT")
      ->capture_default_str();
  command
      .add_option("--data-dir", options->data_dir,
                  "Store, keys and ready file; ~/.local/state/rollcall-demo unless given")
      ->type_name("DIR");
  command
      .add_option(
          "--ready-file", options->ready_file,
          "Where the gateway is, and tokens that work (mode 0600); DIR/ready.json unless given")
      ->type_name("FILE");
  add_output_option(command, options->output);
}

}  // namespace rollcall::app

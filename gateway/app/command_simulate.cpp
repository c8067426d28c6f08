#include "gateway/app/command.h"
#include "gateway/crypto/random.h"
#include "gateway/net/http_client.h"
#include "gateway/simulate/scenarios.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <chrono>
#include <memory>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>

namespace rollcall::app {
namespace {

struct SimulateOptions {
  std::string url;
  std::string token;
  std::string ca_file;
  bool verbose = false;
  OutputFormat output = OutputFormat::text;
};

using Scenario = void (*)(const simulate::Run&);

/// The tenant URL of Entra may carry a flag for the provisioning service, which keeps it to itself.
std::string base_of(std::string url) {
  url.erase(std::min(url.find('?'), url.size()));
  while (url.ends_with('/')) url.pop_back();
  return url;
}

net::HttpClient client_for(const SimulateOptions& options) {
  constexpr std::chrono::seconds okta_deadline{60};  // Okta gives up after a minute
  try {
    return net::HttpClient(base_of(options.url), okta_deadline, options.ca_file);
  } catch (const std::invalid_argument& error) {
    throw UsageError(error.what());
  }
}

Result<simulate::Incoming> exchange(net::HttpClient& client, const simulate::Outgoing& outgoing) {
  const net::ClientRequest request{outgoing.method, outgoing.target, outgoing.fields,
                                   outgoing.body};
  const auto start = std::chrono::steady_clock::now();
  TRY(auto response, client.send(request));
  simulate::Incoming incoming;
  incoming.status = response.status;
  incoming.fields = std::move(response.fields);
  incoming.body = std::move(response.body);
  incoming.took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  return incoming;
}

/// Prints each step as it happens, or all of them as one document at the end.
class Printer {
 public:
  Printer(const SimulateOptions& options, std::ostream& out) : options_(options), out_(out) {}

  void see(const simulate::Record& record) {
    summary_.count(record);
    if (options_.output == OutputFormat::json) {
      steps_.push_back(to_json(record, options_.verbose));
      return;
    }
    if (record.section != section_) out_ << '\n' << record.section << '\n';
    section_ = record.section;
    out_ << to_text(record, options_.verbose) << std::flush;
  }

  int finish() {
    if (options_.output == OutputFormat::json) {
      const json::Object document{
          {"steps", std::move(steps_)}, {"passed", summary_.passed}, {"failed", summary_.failed}};
      out_ << json::write(document) << '\n';
    } else {
      out_ << '\n' << summary_.line() << '\n';
    }
    return summary_.failed == 0 ? exit_code::ok : exit_code::failure;
  }

 private:
  const SimulateOptions& options_;
  std::ostream& out_;
  simulate::Summary summary_;
  std::string section_;
  json::Array steps_;
};

int play(Scenario scenario, const SimulateOptions& options, CommandContext& context) {
  net::HttpClient client = client_for(options);
  Printer printer(options, context.out);
  simulate::Run run;
  run.transport = [&client](const simulate::Outgoing& outgoing) {
    return exchange(client, outgoing);
  };
  run.authorization = "Bearer " + options.token;
  run.random = [] {
    UuidBytes bytes{};
    random_bytes(bytes);
    return bytes;
  };
  run.observer = [&printer](const simulate::Record& record) { printer.see(record); };
  try {
    scenario(run);
  } catch (const simulate::Unreachable& unreachable) {
    throw UsageError(unreachable.error().detail());
  }
  return printer.finish();
}

void add_idp(CLI::App& parent, CommandContext& context, const std::string& name,
             const std::string& description, Scenario scenario) {
  auto options = std::make_shared<SimulateOptions>();
  CLI::App& command =
      add_command(parent, context, name, description,
                  [options, scenario, &context] { return play(scenario, *options, context); });
  command.footer("Exit codes: 0 no step failed, 1 a step failed, 2 wrong arguments or no answer.");
  command.add_option("--url", options->url, "SCIM base URL of any product: …/scim/v2")
      ->required()
      ->type_name("URL");
  command.add_option("--token", options->token, "Bearer token; safer: $ROLLCALL_TOKEN")
      ->envname("ROLLCALL_TOKEN")
      ->required()
      ->type_name("TOKEN");
  command
      .add_option("--ca-file", options->ca_file, "Certificates to trust instead of the system's")
      ->type_name("FILE");
  command.add_flag("--verbose", options->verbose, "Print the bodies of requests and answers");
  add_output_option(command, options->output);
}

}  // namespace

void add_simulate(CLI::App& parent, CommandContext& context) {
  CLI::App& group = add_command_group(
      parent, "simulate",
      "Plays an identity provider's SCIM client against a server: creates, changes and removes "
      "users and groups of its own");
  add_idp(group, context, "okta", "Okta: connect, import, users, group push", simulate::play_okta);
  add_idp(group, context, "entra",
          "Microsoft Entra ID: test connection, cycles, users and groups, in both PATCH dialects",
          simulate::play_entra);
}

}  // namespace rollcall::app

#include "gateway/app/admin_client.h"
#include "gateway/app/command_admin_parts.h"
#include "gateway/app/table.h"
#include "gateway/app/target.h"
#include "gateway/http/url.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <ostream>

namespace rollcall::app {
namespace {

struct TokenOptions {
  std::string organization;
  bool of_operator = false;
  std::string scim_connection;
  std::string name;
  std::string expires;
  std::string id;
  TargetOptions target;
  OutputFormat output = OutputFormat::text;
};

std::string organization_path(const std::string& slug) {
  return "/organizations/" + http::percent_encode(slug);
}

/// Where the tokens are that the options name.
std::string tokens_path(const TokenOptions& options) {
  if (options.of_operator == !options.organization.empty()) {
    throw UsageError("say whose tokens: --organization SLUG or --operator");
  }
  return options.of_operator ? "/tokens" : organization_path(options.organization) + "/tokens";
}

/// "90d", "12h" or an RFC 3339 date-time as the latter.
std::string expiry(const std::string& text, Timestamp now) {
  if (const auto instant = parse_timestamp(text)) return format_timestamp(*instant);
  int number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(read.ptr, text.data() + text.size());
  constexpr int most_days = 36'500;
  if (read.ec == std::errc{} && number > 0 && number <= most_days * 24) {
    if (unit == "d" && number <= most_days) {
      return format_timestamp(now + std::chrono::hours(24) * number);
    }
    if (unit == "h") return format_timestamp(now + std::chrono::hours(number));
  }
  throw UsageError("--expires must be like 90d, 12h or 2030-01-31T00:00:00Z");
}

int create(const TokenOptions& options, const CommandContext& context) {
  const std::string path = tokens_path(options);
  if (options.of_operator != options.scim_connection.empty()) {
    throw UsageError(
        "a token of an organization needs --scim-connection, one of the operator none");
  }
  json::Object body{{"name", options.name}};
  if (!options.of_operator) body.append("scim_connection", options.scim_connection);
  if (!options.expires.empty()) {
    body.append("expires", expiry(options.expires, context.clock.now()));
  }
  AdminClient client(resolve_target(options.target), context.clock, MissingStore::create);
  const json::Object token = client.post(path, std::move(body));
  if (options.output == OutputFormat::json) {
    context.out << json::write(json::Value(token)) << '\n';
    return exit_code::ok;
  }
  context.out << text_of(token, "secret") << '\n';
  context.err << "Token " << text_of(token, "id") << " is shown this once: keep it.\n";
  return exit_code::ok;
}

std::string state(const json::Object& token, Timestamp now) {
  if (!shown(token, "revoked").empty()) return "revoked";
  const auto expires = parse_timestamp(shown(token, "expires"));
  return expires && *expires <= now ? "expired" : "alive";
}

std::string or_dash(std::string text) { return text.empty() ? "-" : text; }

int list(const TokenOptions& options, const CommandContext& context) {
  const std::string path = tokens_path(options);
  AdminClient client(resolve_target(options.target), context.clock);
  const json::Array tokens = client.list(path);
  if (options.output == OutputFormat::json) {
    context.out << json::write(json::Value(tokens)) << '\n';
    return exit_code::ok;
  }
  Table table({"ID", "NAME", "CONNECTION", "STATE", "EXPIRES", "LAST USED"});
  for (const json::Value& item : tokens) {
    const json::Object& token = *item.object();
    table.add({text_of(token, "id"), text_of(token, "name"),
               or_dash(shown(token, "scim_connection")), state(token, context.clock.now()),
               or_dash(shown(token, "expires")), or_dash(shown(token, "last_used"))});
  }
  table.print(context.out);
  return exit_code::ok;
}

/// Every place where a token may be: the operator's, then each organization's.
std::vector<std::string> all_token_paths(AdminClient& client) {
  std::vector<std::string> paths{"/tokens"};
  for (const json::Value& organization : client.list("/organizations")) {
    paths.push_back(organization_path(text_of(*organization.object(), "slug")) + "/tokens");
  }
  return paths;
}

int revoke(const TokenOptions& options, const CommandContext& context) {
  AdminClient client(resolve_target(options.target), context.clock);
  for (const std::string& path : all_token_paths(client)) {
    const json::Array tokens = client.list(path);
    const bool here = std::any_of(tokens.begin(), tokens.end(), [&](const json::Value& token) {
      return text_of(*token.object(), "id") == options.id;
    });
    if (!here) continue;
    client.send(http::Method::delete_, path + "/" + http::percent_encode(options.id));
    if (options.output == OutputFormat::json) {
      context.out << json::write(json::Value(json::Object{{"revoked", options.id}})) << '\n';
    } else {
      context.out << "Token " << options.id << " is revoked.\n";
    }
    return exit_code::ok;
  }
  throw std::runtime_error("there is no token " + options.id);
}

using Run = int (*)(const TokenOptions&, const CommandContext&);

CLI::App& add_token_command(CLI::App& group, CommandContext& context,
                            const std::shared_ptr<TokenOptions>& options, const char* name,
                            const char* description, Run run) {
  CLI::App& command = add_command(group, context, name, description,
                                  [options, &context, run] { return run(*options, context); });
  add_target_options(command, options->target);
  add_output_option(command, options->output);
  return command;
}

void add_owner_options(CLI::App& command, TokenOptions& options) {
  command.add_option("--organization", options.organization, "SCIM tokens of this organization")
      ->type_name("SLUG");
  command.add_flag("--operator", options.of_operator, "Operator tokens: the whole admin API");
}

}  // namespace

void add_admin_token(CLI::App& admin, CommandContext& context) {
  CLI::App& group = add_command_group(admin, "token", "SCIM tokens and operator tokens.");
  auto creation = std::make_shared<TokenOptions>();
  CLI::App& creating = add_token_command(
      group, context, creation, "create",
      "Creates a token and prints its secret, the only time it is shown.", create);
  add_owner_options(creating, *creation);
  creating.add_option("--scim-connection", creation->scim_connection, "The connection it serves")
      ->type_name("ID");
  creating.add_option("--name", creation->name, "What it is for")->required()->type_name("NAME");
  creating
      .add_option("--expires", creation->expires, "90d, 12h or a date and time; never if absent")
      ->type_name("WHEN");

  auto listing = std::make_shared<TokenOptions>();
  add_owner_options(
      add_token_command(group, context, listing, "list", "Lists tokens, newest first.", list),
      *listing);

  auto revoking = std::make_shared<TokenOptions>();
  add_token_command(group, context, revoking, "revoke", "Revokes a token at once, by its id.",
                    revoke)
      .add_option("ID", revoking->id, "As `admin token list` shows it")
      ->required();
}

}  // namespace rollcall::app

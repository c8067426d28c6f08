#include "gateway/admin/organization_file.h"
#include "gateway/app/admin_client.h"
#include "gateway/app/command.h"
#include "gateway/app/files.h"
#include "gateway/app/target.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <iterator>
#include <memory>
#include <ostream>

namespace rollcall::app {
namespace {

struct ApplyOptions {
  std::string file;
  bool dry_run = false;
  TargetOptions target;
  OutputFormat output = OutputFormat::text;
};

std::string read_input(const std::string& file) {
  if (file == "-") {
    std::string text;
    for (auto at = std::istreambuf_iterator<char>(std::cin);
         at != std::istreambuf_iterator<char>() && text.size() <= admin::max_organization_file;
         ++at) {
      text += *at;
    }
    return text;
  }
  auto text = read_file(file, admin::max_organization_file);
  if (!text) throw UsageError(text.error().detail());
  return *std::move(text);
}

void print_items(std::ostream& out, const json::Object& plan, const char* member, char sign) {
  const json::Value* items = plan.find(member);
  if (!items || !items->array()) return;
  for (const json::Value& item : *items->array()) {
    if (!item.object()) continue;
    std::string kind = text_of(*item.object(), "kind");
    std::replace(kind.begin(), kind.end(), '_', ' ');
    out << "  " << sign << ' ' << kind << ' ' << text_of(*item.object(), "id");
    if (const std::string note = shown(*item.object(), "note"); !note.empty()) {
      out << "  (" << note << ')';
    }
    out << '\n';
  }
}

/// "bea gains group eng, viewer on deployment/prod": one line a person.
void print_people(std::ostream& out, const json::Object& plan, const char* member) {
  const json::Value* holdings = plan.find(member);
  if (!holdings || !holdings->array()) return;
  std::string last;
  for (const json::Value& holding : *holdings->array()) {
    const json::Object& object = *holding.object();
    const std::string& user = text_of(object, "user");
    if (user == last) {
      out << ", ";
    } else {
      out << (last.empty() ? "" : "\n") << "  " << user << ' ' << member << ' ';
    }
    last = user;
    const std::string role = shown(object, "role");
    if (const auto group = shown(object, "group"); !group.empty()) out << "the group " << group;
    if (!role.empty()) out << role << " on " << text_of(object, "scope");
    if (const auto license = shown(object, "license"); !license.empty()) {
      out << "the licence " << license;
    }
  }
  if (!last.empty()) out << '\n';
}

std::size_t count(const json::Object& plan, const char* member) {
  const json::Value* items = plan.find(member);
  return items && items->array() ? items->array()->size() : 0;
}

void print_plan(std::ostream& out, const json::Object& plan, bool dry_run) {
  out << "organization " << text_of(plan, "organization") << '\n';
  print_items(out, plan, "added", '+');
  print_items(out, plan, "changed", '~');
  print_items(out, plan, "removed", '-');
  print_items(out, plan, "kept", '=');
  print_people(out, plan, "gains");
  print_people(out, plan, "loses");
  const json::Value* others = plan.find("people_not_listed");
  if (others && others->integer() && *others->integer() > 0) {
    out << "  and " << *others->integer() << " more people gain or lose something\n";
  }
  const std::size_t added = count(plan, "added");
  const std::size_t changed = count(plan, "changed");
  const std::size_t removed = count(plan, "removed");
  if (added + changed + removed == 0) {
    out << "Nothing to do: the organization is as the file says.\n";
    return;
  }
  out << (dry_run ? "Would be: " : "Done: ") << added << " added, " << changed << " changed, "
      << removed << " removed.\n";
  if (count(plan, "created_tokens") == 0) return;
  out << "\nTokens, shown this once:\n";
  for (const json::Value& token : *plan.find("created_tokens")->array()) {
    const json::Object& object = *token.object();
    const std::string scim = shown(object, "scim_connection");
    out << "  " << (scim.empty() ? text_of(object, "service_user") : scim) << '/'
        << text_of(object, "name") << "  " << text_of(object, "secret") << '\n';
  }
}

/// "file:line: message", one a line, as compilers do.
void print_errors(std::ostream& err, const std::string& file, const AdminRefusal& refusal) {
  if (refusal.errors().empty()) err << "rollcall: " << refusal.what() << '\n';
  for (const json::Value& error : refusal.errors()) {
    const json::Object& object = *error.object();
    const json::Value* line = object.find("line");
    err << file << ':';
    if (line && line->integer()) err << *line->integer() << ':';
    err << ' ' << text_of(object, "message");
    if (const std::string code = shown(object, "code"); !code.empty()) err << " (" << code << ')';
    err << '\n';
  }
}

constexpr std::size_t max_named_file = std::size_t{64} * 1024;

/// The organization file with the files that it names, relative to where it lies.
std::string read_with_files(const std::string& file) {
  const auto folder =
      file == "-" ? std::filesystem::path() : std::filesystem::path(file).parent_path();
  auto whole = admin::with_named_files(read_input(file), [&](const std::string& path) {
    return read_file(folder / path, max_named_file);
  });
  if (!whole) throw std::runtime_error(whole.error().detail());
  return *std::move(whole);
}

int apply(const ApplyOptions& options, const CommandContext& context) {
  std::string text = read_with_files(options.file);
  AdminClient client(resolve_target(options.target), context.clock, MissingStore::create);
  const std::string path = options.dry_run ? "/apply?dry_run=true" : "/apply";
  try {
    const std::string answer =
        client.send(http::Method::post, path, std::move(text), "application/yaml");
    if (options.output == OutputFormat::json) {
      context.out << answer << '\n';
      return exit_code::ok;
    }
    const auto plan = json::parse(answer, {.depth = 8, .values = 5'000'000});
    if (!plan || !plan->object()) throw std::runtime_error("the answer is not a plan");
    print_plan(context.out, *plan->object(), options.dry_run);
    return exit_code::ok;
  } catch (const AdminRefusal& refusal) {
    print_errors(context.err, options.file, refusal);
    return exit_code::failure;
  }
}

}  // namespace

void add_apply(CLI::App& parent, CommandContext& context) {
  auto options = std::make_shared<ApplyOptions>();
  CLI::App& command = add_command(
      parent, context, "apply",
      "Brings an organization to what a YAML file states, in one transaction, and prints what was "
      "added, changed and removed, and who gains or loses what. Sections the file does not have "
      "are left alone.",
      [options, &context] { return apply(*options, context); });
  command.add_option("-f,--file", options->file, "The organization's YAML, - for standard input")
      ->required()
      ->type_name("FILE");
  command.add_flag("--dry-run", options->dry_run, "Print the plan, change nothing");
  add_target_options(command, options->target);
  add_output_option(command, options->output);
}

}  // namespace rollcall::app

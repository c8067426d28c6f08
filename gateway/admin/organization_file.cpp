#include "gateway/admin/organization_file.h"

#include "gateway/admin/organization_file_parts.h"
#include "gateway/base/text.h"

#include <array>
#include <charconv>
#include <map>

namespace rollcall::admin {
namespace {

constexpr std::array<std::string_view, 3> modes{"lenient", "strict", "interop"};

std::vector<DeclaredConnection> read_connections(const Nodes& nodes, Problems& problems) {
  std::vector<DeclaredConnection> connections;
  Unique ids("the connection", problems);
  for (const yaml::Node& node : nodes) {
    const std::string where = item("connections", connections.size());
    connections.push_back(read_connection(node, where, problems));
    ids.add(connections.back().id, connections.back().id, node.mark.line);
  }
  return connections;
}

DeclaredScimConnection read_scim_connection(const yaml::Node& node, const std::string& where,
                                            Problems& problems) {
  Fields fields(node, where, problems);
  DeclaredScimConnection connection;
  connection.line = node.mark.line;
  connection.id = fields.text("id", 63).value_or("scim");
  connection.enabled = fields.boolean("enabled").value_or(true);
  const auto mode = fields.word("mode", modes);
  if (mode == "strict") connection.mode = ScimMode::strict;
  if (mode == "interop") connection.mode = ScimMode::interop;
  connection.username_is_email = fields.boolean("username_is_email").value_or(false);
  for (const char* option : {"manual_users", "manual_groups", "controls_license"}) {
    if (const auto value = fields.boolean(option)) connection.options.append(option, *value);
  }
  if (auto source = fields.text("connection", 63)) {
    connection.options.append("connection", *std::move(source));
  }
  connection.tokens = fields.texts("tokens", 100).value_or(std::vector<std::string>{});
  fields.done();
  Unique names("the token", problems);
  for (const std::string& token : connection.tokens) names.add(token, token, node.mark.line);
  return connection;
}

/// One block or a list.
std::optional<std::vector<DeclaredScimConnection>> read_scim(Fields& file, Problems& problems) {
  const yaml::Node* node = file.node("scim");
  if (!node) return std::nullopt;
  std::vector<DeclaredScimConnection> connections;
  if (node->kind != yaml::Node::Kind::sequence) {
    connections.push_back(read_scim_connection(*node, "scim", problems));
    return connections;
  }
  Unique ids("the SCIM connection", problems);
  for (const yaml::Node& entry : node->items) {
    const std::string where = item("scim", connections.size());
    connections.push_back(read_scim_connection(entry, where, problems));
    ids.add(ascii_lower(connections.back().id), connections.back().id, entry.mark.line);
  }
  return connections;
}

/// Reads the section `key` with `read`, if the file has it.
template <class Read>
auto section(Fields& file, std::string_view key, Read read) {
  std::optional<decltype(read(std::declval<const Nodes&>()))> items;
  if (const Nodes* nodes = file.list(key)) items = read(*nodes);
  return items;
}

/// `custom_roles`, also called `roles`.
void read_role_section(Fields& fields, OrganizationFile& file, Problems& problems) {
  const auto read = [&](const Nodes& nodes) { return read_custom_roles(nodes, problems); };
  file.custom_roles = section(fields, "custom_roles", read);
  if (const yaml::Node* roles = fields.node("roles"); roles && file.custom_roles) {
    fields.problem(roles->mark.line, "\"roles\" is another name of \"custom_roles\": keep one");
  } else if (roles) {
    file.custom_roles = section(fields, "roles", read);
  }
}

OrganizationFile read_sections(const yaml::Node& root, Problems& problems) {
  Fields fields(root, "the file", problems);
  const auto with = [&](auto read) {
    return [&problems, read](const Nodes& nodes) { return read(nodes, problems); };
  };
  OrganizationFile file;
  file.organization = read_organization(fields, problems);
  for (const DeploymentKind kind : {DeploymentKind::full, DeploymentKind::branch}) {
    const bool full = kind == DeploymentKind::full;
    (full ? file.deployments : file.branch_deployments) =
        section(fields, full ? "deployments" : "branch_deployments",
                [&](const Nodes& nodes) { return read_deployments(nodes, kind, problems); });
  }
  check_deployment_names(file, problems);
  file.projects = section(fields, "projects", with(read_projects));
  file.connections = section(fields, "connections", with(read_connections));
  file.scim = read_scim(fields, problems);
  read_role_section(fields, file, problems);
  file.users = section(fields, "users", with(read_users));
  file.groups = section(fields, "groups", with(read_groups));
  file.service_users = section(fields, "service_users", with(read_service_users));
  file.license_mappings = section(fields, "license_mappings", with(read_license_mappings));
  for (const char* of_tests : {"expect", "sign_ins", "refused"}) fields.ignore(of_tests);
  fields.done();
  return file;
}

/// yaml::parse says "line:column: sentence".
Problem problem_of(const Error& error) {
  const std::string& detail = error.detail();
  int line = 0;
  const auto read = std::from_chars(detail.data(), detail.data() + detail.size(), line);
  const auto sentence = detail.find(": ");
  if (read.ec != std::errc{} || sentence == std::string::npos) return {0, detail};
  return {line, detail.substr(sentence + 2)};
}

constexpr std::size_t max_named_file = 16 * 1024;

/// The files that came along, by the path that the organization file names them by.
using Files = std::map<std::string, std::string>;

/// The organization file inside what `rollcall apply` sends for one that names files; nothing if
/// `text` is the file itself.
std::optional<std::string> unpack(std::string_view text, Files& files) {
  if (!text.starts_with(R"({"organization_file":)")) return std::nullopt;
  const auto value = json::parse(text);
  if (!value || !value->object()) return std::nullopt;
  const json::Value* file = value->object()->find("organization_file");
  if (!file || !file->string()) return std::nullopt;
  if (const json::Value* given = value->object()->find("files"); given && given->object()) {
    for (const json::Member& member : *given->object()) {
      if (member.value.string()) files[member.name] = *member.value.string();
    }
  }
  return *file->string();
}

void take_files(OrganizationFile& file, const Files& files, Problems& problems) {
  if (!file.connections) return;
  for (DeclaredConnection& connection : *file.connections) {
    for (DeclaredSecret& secret : connection.secrets) {
      if (secret.file.empty()) continue;
      const auto found = files.find(secret.file);
      if (found == files.end()) {
        problems.add(secret.line, "the file \"" + secret.file +
                                      "\" is read by `rollcall apply` where that runs; it did not "
                                      "come along");
        continue;
      }
      // Without the end of its last line, which editors add.
      secret.text = Secret(found->second.substr(0, found->second.find_last_not_of(" \t\r\n") + 1));
      if (secret.text.empty() || found->second.size() > max_named_file) {
        problems.add(secret.line,
                     "the file \"" + secret.file + "\" must hold a secret of at most 16 KB");
      }
    }
  }
}

}  // namespace

void Unique::add(std::string key, const std::string& shown, int line) {
  if (key.empty()) return;
  const auto [found, added] = lines_.emplace(std::move(key), line);
  if (added) return;
  problems_.add(line, what_ + " \"" + shown + "\" stands on line " + std::to_string(found->second) +
                          " already");
}

std::string item(std::string_view section, std::size_t index) {
  return std::string(section) + "[" + std::to_string(index) + "]";
}

std::string_view name(ScimMode mode) { return modes[static_cast<std::size_t>(mode)]; }

Result<std::string> with_named_files(
    std::string text, const std::function<Result<std::string>(const std::string& path)>& read) {
  // What is wrong with it, and that no file came along yet, is said where it is applied.
  Problems ignored;
  const OrganizationFile file = read_organization_file(text, ignored);
  json::Object files;
  if (!file.connections) return text;
  for (const DeclaredConnection& connection : *file.connections) {
    for (const DeclaredSecret& secret : connection.secrets) {
      if (secret.file.empty() || files.find(secret.file)) continue;
      TRY(std::string content, read(secret.file));
      files.append(secret.file, std::move(content));
    }
  }
  if (files.empty()) return text;
  return json::write(
      json::Object{{"organization_file", std::move(text)}, {"files", std::move(files)}});
}

OrganizationFile read_organization_file(std::string_view text, Problems& problems) {
  Files files;
  const auto unpacked = unpack(text, files);
  const auto root = yaml::parse(unpacked ? *unpacked : text, organization_file_limits);
  if (root) {
    OrganizationFile file = read_sections(*root, problems);
    take_files(file, files, problems);
    return file;
  }
  Problem problem = problem_of(root.error());
  problems.add(problem.line, std::move(problem.message));
  return {};
}

}  // namespace rollcall::admin

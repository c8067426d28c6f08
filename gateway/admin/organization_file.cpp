#include "gateway/admin/organization_file.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace rollcall::admin {
namespace {

constexpr std::array<std::string_view, 3> modes{"lenient", "strict", "interop"};

/// Refuses an id or name that an item before had, compared by its key. An empty one was not
/// readable.
class Unique {
 public:
  Unique(std::string what, Problems& problems) : what_(std::move(what)), problems_(problems) {}

  void add(std::string key, const std::string& shown, int line) {
    if (key.empty()) return;
    const auto [found, added] = lines_.emplace(std::move(key), line);
    if (added) return;
    problems_.add(line, what_ + " \"" + shown + "\" stands on line " +
                            std::to_string(found->second) + " already");
  }

 private:
  std::string what_;
  Problems& problems_;
  std::map<std::string, int> lines_;
};

std::string item(std::string_view section, std::size_t index) {
  return std::string(section) + "[" + std::to_string(index) + "]";
}

std::string read_organization(Fields& file, int& line, Problems& problems) {
  file.require("organization");
  const yaml::Node* node = file.node("organization");
  if (!node) return {};
  Fields fields(*node, "organization", problems);
  line = fields.line();
  fields.require("slug");
  const auto slug = fields.text("slug", 63);
  fields.not_available("preset");
  fields.not_available("plan");
  fields.not_available("seats");
  fields.done();
  return slug.value_or("");
}

std::vector<DeclaredConnection> read_connections(const std::vector<yaml::Node>& nodes,
                                                 Problems& problems) {
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

DeclaredUser read_user(const yaml::Node& node, const std::string& where, Problems& problems) {
  Fields fields(node, where, problems);
  DeclaredUser user;
  user.line = node.mark.line;
  fields.require("id");
  user.id = fields.text("id", 256).value_or("");
  user.email = fields.text("email", 320);
  user.user_name = fields.text("user_name", 256);
  user.given_name = fields.text("given_name");
  user.family_name = fields.text("family_name");
  user.display_name = fields.text("display_name");
  user.active = fields.boolean("active");
  fields.not_available("grants");
  fields.not_available("license");
  fields.done();
  if (user.email && user.email->find('@') == std::string::npos) {
    fields.problem(user.line, "\"email\" must be an e-mail address");
  }
  if (node.kind == yaml::Node::Kind::mapping && !user.email && !user.user_name) {
    fields.problem(user.line, "\"email\" is missing");
  }
  return user;
}

std::vector<DeclaredUser> read_users(const std::vector<yaml::Node>& nodes, Problems& problems) {
  std::vector<DeclaredUser> users;
  Unique ids("the user", problems);
  Unique logins("the userName", problems);
  Unique emails("the e-mail address", problems);
  for (const yaml::Node& node : nodes) {
    DeclaredUser user = read_user(node, item("users", users.size()), problems);
    ids.add(user.id, user.id, user.line);
    if (user.email || user.user_name) logins.add(fold(user.login()), user.login(), user.line);
    if (user.email) emails.add(fold(*user.email), *user.email, user.line);
    users.push_back(std::move(user));
  }
  return users;
}

std::vector<DeclaredGroup> read_groups(const std::vector<yaml::Node>& nodes, Problems& problems) {
  std::vector<DeclaredGroup> groups;
  Unique names("the group", problems);
  for (const yaml::Node& node : nodes) {
    Fields fields(node, item("groups", groups.size()), problems);
    DeclaredGroup group;
    group.line = node.mark.line;
    fields.require("name");
    group.name = fields.text("name", 256).value_or("");
    group.members = fields.texts("members", 320);
    for (const char* later : {"grants", "mappings", "assign_by_default", "manual_members"}) {
      fields.not_available(later);
    }
    fields.done();
    names.add(fold(group.name), group.name, group.line);
    groups.push_back(std::move(group));
  }
  return groups;
}

OrganizationFile read_sections(const yaml::Node& root, Problems& problems) {
  Fields fields(root, "the file", problems);
  OrganizationFile file;
  file.slug = read_organization(fields, file.line, problems);
  if (const auto* nodes = fields.list("connections")) {
    file.connections = read_connections(*nodes, problems);
  }
  file.scim = read_scim(fields, problems);
  if (const auto* nodes = fields.list("users")) file.users = read_users(*nodes, problems);
  if (const auto* nodes = fields.list("groups")) file.groups = read_groups(*nodes, problems);
  for (const char* later :
       {"deployments", "branch_deployments", "projects", "roles", "custom_roles", "service_users",
        "license_mappings", "licenses", "brake"}) {
    fields.not_available(later);
  }
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

}  // namespace

std::string_view name(ScimMode mode) { return modes[static_cast<std::size_t>(mode)]; }

OrganizationFile read_organization_file(std::string_view text, Problems& problems) {
  const auto root = yaml::parse(text, organization_file_limits);
  if (root) return read_sections(*root, problems);
  Problem problem = problem_of(root.error());
  problems.add(problem.line, std::move(problem.message));
  return {};
}

}  // namespace rollcall::admin

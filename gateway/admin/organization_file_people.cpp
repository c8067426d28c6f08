#include "gateway/admin/organization_file_parts.h"
#include "gateway/base/text.h"

#include <array>

namespace rollcall::admin {
namespace {

constexpr std::array<std::string_view, 2> manual_members{"reconcile", "keep"};
constexpr std::array<std::string_view, 2> service_user_kinds{"service", "agent"};

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
  user.license = read_license(fields, "license");
  user.grants = read_grants(fields, where, problems);
  fields.done();
  if (user.email && user.email->find('@') == std::string::npos) {
    fields.problem(user.line, "\"email\" must be an e-mail address");
  }
  if (node.kind == yaml::Node::Kind::mapping && !user.email && !user.user_name) {
    fields.problem(user.line, "\"email\" is missing");
  }
  return user;
}

/// One of idp_group, pattern and template.
DeclaredMapping read_mapping(const yaml::Node& node, const std::string& where, Problems& problems) {
  constexpr std::array<std::pair<const char*, MappingKind>, 3> kinds{
      {{"idp_group", MappingKind::exact},
       {"pattern", MappingKind::pattern},
       {"template", MappingKind::template_}}};
  Fields fields(node, where, problems);
  DeclaredMapping mapping;
  mapping.line = node.mark.line;
  mapping.connection = fields.text("connection", 63).value_or("*");
  int stated = 0;
  for (const auto& [key, kind] : kinds) {
    if (fields.node(key)) ++stated;
    if (auto text = fields.text(key)) {
      mapping.kind = kind;
      mapping.idp_group = *std::move(text);
    }
  }
  fields.done();
  if (stated != 1 && node.kind == yaml::Node::Kind::mapping) {
    fields.problem(mapping.line, "needs one of \"idp_group\", \"pattern\" and \"template\"");
  }
  return mapping;
}

std::optional<std::vector<DeclaredMapping>> read_mappings(Fields& group, const std::string& where,
                                                          Problems& problems) {
  const Nodes* nodes = group.list("mappings");
  if (!nodes) return std::nullopt;
  std::vector<DeclaredMapping> mappings;
  Unique names("the mapping of", problems);
  for (const yaml::Node& node : *nodes) {
    mappings.push_back(read_mapping(node, item(where + ".mappings", mappings.size()), problems));
    const DeclaredMapping& mapping = mappings.back();
    const std::string key = mapping.connection + '\n' +
                            std::to_string(static_cast<int>(mapping.kind)) + mapping.idp_group;
    if (!mapping.idp_group.empty()) names.add(key, mapping.idp_group, mapping.line);
  }
  return mappings;
}

DeclaredGroup read_group(const yaml::Node& node, const std::string& where, Problems& problems) {
  Fields fields(node, where, problems);
  DeclaredGroup group;
  group.line = node.mark.line;
  fields.require("name");
  group.name = fields.text("name", 256).value_or("");
  group.members = fields.texts("members", 320);
  group.grants = read_grants(fields, where, problems);
  group.mappings = read_mappings(fields, where, problems);
  group.assign_by_default = fields.boolean("assign_by_default");
  if (const auto word = fields.word("manual_members", manual_members)) {
    group.manual_members = *word == "keep" ? ManualMembers::keep : ManualMembers::reconcile;
  }
  fields.done();
  return group;
}

}  // namespace

std::vector<DeclaredUser> read_users(const Nodes& nodes, Problems& problems) {
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

std::vector<DeclaredGroup> read_groups(const Nodes& nodes, Problems& problems) {
  std::vector<DeclaredGroup> groups;
  Unique names("the group", problems);
  for (const yaml::Node& node : nodes) {
    groups.push_back(read_group(node, item("groups", groups.size()), problems));
    names.add(fold(groups.back().name), groups.back().name, groups.back().line);
  }
  return groups;
}

std::vector<DeclaredServiceUser> read_service_users(const Nodes& nodes, Problems& problems) {
  std::vector<DeclaredServiceUser> service_users;
  Unique names("the service user", problems);
  for (const yaml::Node& node : nodes) {
    const std::string where = item("service_users", service_users.size());
    Fields fields(node, where, problems);
    DeclaredServiceUser service_user;
    service_user.line = node.mark.line;
    fields.require("name");
    service_user.name = fields.text("name", 256).value_or("");
    service_user.description = fields.text("description", 1024);
    if (const auto kind = fields.word("kind", service_user_kinds)) {
      service_user.kind = *find_service_user_kind(*kind);
    }
    service_user.grants = read_grants(fields, where, problems);
    service_user.tokens = fields.texts("tokens", 100).value_or(std::vector<std::string>{});
    fields.done();
    names.add(fold(service_user.name), service_user.name, service_user.line);
    Unique tokens("the token", problems);
    for (const std::string& token : service_user.tokens) {
      tokens.add(token, token, service_user.line);
    }
    service_users.push_back(std::move(service_user));
  }
  return service_users;
}

}  // namespace rollcall::admin

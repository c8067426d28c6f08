#include "gateway/catalogue/scope.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace rollcall {
namespace {

constexpr std::size_t longest_name = 128;

struct Form {
  ScopeKind kind;
  std::string_view word;
  std::size_t names;
};

constexpr std::array forms{
    Form{ScopeKind::organization, "org", 0},
    Form{ScopeKind::deployment, "deployment", 1},
    Form{ScopeKind::code_location, "code_location", 2},
    Form{ScopeKind::branch, "branch", 1},
    Form{ScopeKind::all_branch_deployments, "all_branch_deployments", 0},
    Form{ScopeKind::all_projects, "all_projects", 0},
    Form{ScopeKind::project, "project", 1},
    Form{ScopeKind::environment, "environment", 2},
};

constexpr std::array<std::string_view, 4> category_names{"production", "staging", "development",
                                                         "other"};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= longest_name && std::ranges::none_of(text, [](char c) {
    return c == '/' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

Error no_scope(std::string_view text) {
  return {Fault::invalid_value,
          "\"" + std::string(text.substr(0, 2 * longest_name)) +
              "\" is no scope: org, deployment/D, code_location/D/L, branch/B, "
              "all_branch_deployments, project/P, all_projects or environment/P/E."};
}

}  // namespace

Result<Scope> Scope::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto form = std::ranges::find(forms, text.substr(0, slash), &Form::word);
  if (form == forms.end() || (form->names == 0) != (slash == text.npos)) return no_scope(text);
  Scope scope{.kind = form->kind};
  if (form->names == 0) return scope;
  const std::string_view names = text.substr(slash + 1);
  if (form->names == 1) {
    scope.first = names;
  } else {
    const std::size_t between = names.find('/');
    if (between == names.npos) return no_scope(text);
    scope.first = names.substr(0, between);
    scope.second = names.substr(between + 1);
  }
  if (!is_name(scope.first) || (form->names == 2 && !is_name(scope.second))) return no_scope(text);
  return scope;
}

std::string Scope::str() const {
  const Form& form = *std::ranges::find(forms, kind, &Form::kind);
  std::string text(form.word);
  if (form.names > 0) text.append("/").append(first);
  if (form.names > 1) text.append("/").append(second);
  return text;
}

bool covers(const Scope& granted, const Scope& resource, DeploymentKind deployment) {
  const bool location = resource.kind == ScopeKind::code_location;
  switch (granted.kind) {
    case ScopeKind::organization:
      return true;
    case ScopeKind::deployment:
      return granted == resource ||
             (location && deployment == DeploymentKind::full && granted.first == resource.first);
    case ScopeKind::branch:
      return granted == resource ||
             (location && deployment == DeploymentKind::branch && granted.first == resource.first);
    case ScopeKind::all_branch_deployments:
      return granted == resource || resource.kind == ScopeKind::branch ||
             (location && deployment == DeploymentKind::branch);
    case ScopeKind::all_projects:
      return granted == resource || resource.kind == ScopeKind::project ||
             resource.kind == ScopeKind::environment;
    case ScopeKind::project:
      return granted == resource ||
             (resource.kind == ScopeKind::environment && granted.first == resource.first);
    case ScopeKind::code_location:
    case ScopeKind::environment:
      return granted == resource;
  }
  return false;
}

std::string_view name(EnvironmentCategory category) {
  return category_names[static_cast<std::size_t>(category)];
}

std::optional<EnvironmentCategory> find_environment_category(std::string_view name) {
  if (name == "general") return EnvironmentCategory::other;
  const auto found = std::ranges::find(category_names, name);
  if (found == category_names.end()) return std::nullopt;
  return static_cast<EnvironmentCategory>(found - category_names.begin());
}

}  // namespace rollcall

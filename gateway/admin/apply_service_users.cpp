#include "gateway/admin/describe_parts.h"
#include "gateway/base/text.h"

#include <unordered_set>

namespace rollcall::admin {
namespace {

constexpr std::size_t page = 500;

void remove_undeclared(ApplyWork& work, const std::vector<DeclaredServiceUser>& declared) {
  ServiceUsers service_users = work.transaction.service_users(work.key());
  std::unordered_set<std::string> names;
  for (const DeclaredServiceUser& wanted : declared) names.insert(fold(wanted.name));
  std::int64_t position = 0;
  for (auto list = service_users.list("", position, page); !list.empty();
       list = service_users.list("", position, page)) {
    position = list.back().position;
    for (const ServiceUser& present : list) {
      if (names.contains(fold(present.name))) continue;
      const auto done = service_users.remove(present.id);
      if (!done) work.refuse(0, "service user \"" + present.name + "\"", done.error());
      work.plan.removed.push_back({"service_user", present.name, "its tokens are revoked"});
    }
  }
}

std::optional<ServiceUser> put(ApplyWork& work, const DeclaredServiceUser& declared) {
  ServiceUsers service_users = work.transaction.service_users(work.key());
  const std::string item = "service user \"" + declared.name + "\"";
  const auto present = service_users.find(declared.name);
  if (present && present->kind != declared.kind) {
    work.problems.add(declared.line, item + ": it is of kind " + std::string(name(present->kind)) +
                                         ", which cannot change");
    return std::nullopt;
  }
  const bool renamed = present && present->name != declared.name;
  const bool described =
      present && declared.description && *declared.description != present->description;
  if (present && !renamed && !described) return present;
  auto saved =
      present ? service_users.update(*present, declared.name, declared.description)
              : service_users.add(declared.name, declared.description.value_or(""), declared.kind);
  if (!saved) {
    work.refuse(declared.line, item, saved.error());
    return std::nullopt;
  }
  if (present) {
    work.plan.changed.push_back(
        {"service_user", declared.name, described ? "description" : "name"});
  } else {
    work.plan.added.push_back({"service_user", declared.name, ""});
  }
  return *std::move(saved);
}

}  // namespace

void apply_service_users(ApplyWork& work, const std::vector<DeclaredServiceUser>& declared) {
  remove_undeclared(work, declared);
  for (const DeclaredServiceUser& wanted : declared) {
    const auto stored = put(work, wanted);
    if (!stored || wanted.tokens.empty()) continue;
    NewToken token;
    token.kind = TokenKind::service_user;
    token.organization = work.key();
    token.service_user = stored->id;
    create_tokens(work, wanted.tokens, tokens_of(work.transaction, *stored), token, wanted.line,
                  stored->name);
  }
}

}  // namespace rollcall::admin

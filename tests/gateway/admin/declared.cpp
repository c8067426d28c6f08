#include "tests/gateway/admin/declared.h"

#include <fstream>
#include <iterator>

namespace rollcall::admin {

DeclaredTest::Applied DeclaredTest::run(std::string_view yaml, bool dry) {
  Applied applied;
  Problems problems;
  const OrganizationFile file = read_organization_file(yaml, problems);
  if (problems.empty()) {
    static_cast<void>(directory_->write_now(operator_(), [&](Transaction& tx) -> Result<> {
      problems = {};
      applied.plan = admin::apply(tx, keys_, file, problems);
      if (dry || !problems.empty()) return Error(Fault::conflict, "rolled back");
      return {};
    }));
  }
  for (const Problem& problem : problems.list()) {
    applied.errors.push_back(std::to_string(problem.line) + ": " + problem.message +
                             (problem.code.empty() ? "" : " (" + problem.code + ")"));
  }
  return applied;
}

Plan DeclaredTest::load(std::string_view yaml) {
  Applied applied = apply(yaml);
  EXPECT_EQ(applied.errors, Items{});
  return std::move(applied.plan);
}

std::string DeclaredTest::exported(std::string_view slug) {
  return in(slug, [](Transaction& tx, const Organization& organization) -> Result<std::string> {
    return write_organization_file(describe(tx, organization));
  });
}

std::string DeclaredTest::audit_head(std::string_view slug) {
  return in(slug, [](Transaction& tx, const Organization& organization) -> Result<std::string> {
    return tx.audit(organization.key).head().link;
  });
}

void DeclaredTest::expect_nothing_to_do(std::string_view yaml) {
  const Plan plan = load(yaml);
  EXPECT_EQ(shown(plan.added), Items{});
  EXPECT_EQ(shown(plan.changed), Items{});
  EXPECT_EQ(shown(plan.removed), Items{});
  EXPECT_EQ(shown(plan.gains), Items{});
  EXPECT_EQ(shown(plan.loses), Items{});
  EXPECT_EQ(plan.people_not_listed, 0U);
  EXPECT_TRUE(plan.created_tokens.empty());
}

Actor DeclaredTest::operator_() {
  Actor actor;
  actor.kind = ActorKind::operator_local;
  actor.source = Source::cli;
  return actor;
}

DeclaredTest::Items DeclaredTest::shown(const std::vector<PlanItem>& items) {
  Items lines;
  for (const PlanItem& item : items) {
    lines.push_back(item.kind + " " + item.id + (item.note.empty() ? "" : " (" + item.note + ")"));
  }
  return lines;
}

DeclaredTest::Items DeclaredTest::shown(const std::vector<Holding>& holdings) {
  Items lines;
  for (const Holding& holding : holdings) {
    std::string line = holding.user + " ";
    if (!holding.group.empty()) line += "group " + holding.group;
    if (!holding.role.empty()) line += holding.role + " on " + holding.scope;
    if (!holding.license.empty()) line += "license " + holding.license;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string example(std::string_view name) {
  const std::string path = "tests/data/organizations/" + std::string(name) + ".yaml";
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace rollcall::admin

// Prints how long one decision takes for a user of 50 groups with 200 grants (budget 5 µs), and how
// long it takes to read such rights from the store.
#include "gateway/access/rights.h"
#include "gateway/directory/transaction.h"
#include "tests/support/directory.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace {

using namespace rollcall;
using rollcall::test::must;

constexpr int groups = 50;
constexpr int grants_per_group = 4;

Actor local_operator() {
  return {.kind = ActorKind::operator_local,
          .id = {},
          .address = {},
          .source = Source::cli,
          .request_id = {}};
}

access::Principal populate(rollcall::test::TestDirectory& directory) {
  return must(
      directory->write_now(local_operator(), [](Transaction& tx) -> Result<access::Principal> {
        TRY(const Organization made, tx.organizations().add("acme", Preset::dagster, "pro"));
        const OrganizationKey key = made.key;
        TRY(const User user, tx.users(key).add(rollcall::test::user_profile("bea"), NewUser{}));
        for (int i = 0; i < groups; ++i) {
          TRY(const Group group,
              tx.groups(key).add(rollcall::test::group_profile("g" + std::to_string(i))));
          CHECK_OK(tx.groups(key).change_members(group, std::vector{user.id}, {}));
          for (int j = 0; j < grants_per_group; ++j) {
            Deployment deployment;
            deployment.name = "deployment-" + std::to_string(i) + "-" + std::to_string(j);
            deployment.default_role.reset();
            CHECK_OK(tx.scope_tree(key).add(deployment));
            const Scope on{.kind = ScopeKind::deployment, .first = deployment.name};
            CHECK_OK(tx.grants(key).put({.subject = {SubjectKind::group, group.position},
                                         .role = j % 2 == 0 ? "editor" : "viewer",
                                         .scope = on}));
          }
        }
        return access::Principal{key, SubjectKind::user, user.position};
      }));
}

template <class Work>
void report(const char* what, int times, Work work) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) work(i);
  const std::chrono::duration<double, std::nano> took = std::chrono::steady_clock::now() - start;
  std::printf("%-40s %10.0f ns\n", what, took.count() / times);
}

}  // namespace

int main() {
  rollcall::test::TestDirectory directory;
  const access::Principal principal = populate(directory);
  access::RightsCache cache(*directory);
  const auto rights = must(cache.get_now(principal));
  const auto launch = Permission::find("runs.launch");
  const access::Question first{launch, must(Scope::parse("code_location/deployment-0-0/core"))};
  const access::Question last{launch, must(Scope::parse("code_location/deployment-49-3/core"))};
  const access::Question none{launch, must(Scope::parse("deployment/other"))};
  long allowed = 0;
  const auto ask = [&](const access::Question& question) {
    return [&](int) { allowed += rights->decide(question).allowed ? 1 : 0; };
  };
  report("decide, the first grant", 1'000'000, ask(first));
  report("decide, a weak grant far behind", 1'000'000, ask(last));
  report("decide, no grant of 200", 1'000'000, ask(none));
  report("recall", 1'000'000, [&](int) { allowed += cache.recall(principal) ? 1 : 0; });
  report("read from the store", 2000, [&](int) {
    allowed += must(directory->read_now([&](Transaction& tx) {
                 return access::read_rights(tx, principal);
               }))->holds(*launch)
                   ? 1
                   : 0;
  });
  return allowed == 0 ? 1 : 0;
}

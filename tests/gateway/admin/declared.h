#pragma once

#include "gateway/admin/apply.h"
#include "tests/support/directory.h"
#include "tests/support/sign_in.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// The operations behind `apply` and `export`, as the local operator.
class DeclaredTest : public testing::Test {
 protected:
  using Items = std::vector<std::string>;

  struct Applied {
    Plan plan;
    /// "line: message (code)"
    Items errors;
  };

  Applied apply(std::string_view yaml) { return run(yaml, false); }
  Applied dry_run(std::string_view yaml) { return run(yaml, true); }
  /// Applies what must be accepted.
  Plan load(std::string_view yaml);
  /// What `export` writes.
  std::string exported(std::string_view slug);
  std::string audit_head(std::string_view slug);
  void expect_nothing_to_do(std::string_view yaml);

  /// Runs `work` with the transaction and the organization; what it gives must be good.
  template <class Work>
  auto in(std::string_view slug, Work work, Actor actor = operator_()) {
    return test::must(directory_->write_now(std::move(actor), [&](Transaction& transaction) {
      const Organization organization = test::must(transaction.organizations().get(slug));
      return work(transaction, organization);
    }));
  }

  static Actor operator_();
  /// "kind id (note)"
  static Items shown(const std::vector<PlanItem>& items);
  /// "user group g", "user role on scope", "user license l"
  static Items shown(const std::vector<Holding>& holdings);

  test::TestDirectory directory_;
  const KeyRing keys_ = test::key_ring();

 private:
  Applied run(std::string_view yaml, bool dry);
};

/// A file of tests/data/organizations.
std::string example(std::string_view name);

}  // namespace rollcall::admin

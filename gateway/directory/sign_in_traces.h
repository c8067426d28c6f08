#pragma once

#include "gateway/base/id.h"
#include "gateway/base/json.h"
#include "gateway/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// Stored as a number. pending: the person has to confirm an e-mail address first. postponed: the
/// IdP could not be asked about a session again. signed_out: the IdP ended sessions.
enum class SignInOutcome {
  signed_in,
  refused,
  abandoned,
  pending,
  test_passed,
  renewed,
  postponed,
  signed_out
};
/// "signed_in", "refused" …
std::string_view name(SignInOutcome outcome);

/// What happened in one sign-in, for the administrator.
struct SignInTrace {
  /// "XXXX-XXXX-XXXX": what the error page says and the person reads out.
  std::string id;
  /// Row number: the position for the next page.
  std::int64_t position = 0;
  /// Nothing where not even the organization was known.
  std::optional<OrganizationKey> organization;
  std::string connection;
  Timestamp at;
  SignInOutcome outcome = SignInOutcome::refused;
  /// A reason code of the contract; empty on success.
  std::string reason;
  std::optional<UserId> user;
  /// {"steps": […], "claims": {…}, "groups": {…}, "changes": […]}.
  json::Object document;
};

struct SignInFilter {
  std::optional<std::string> connection = std::nullopt;
  std::optional<SignInOutcome> outcome = std::nullopt;
  std::optional<UserId> user = std::nullopt;
};

/// Traces, kept for 7 days.
class SignInTraces {
 public:
  explicit SignInTraces(Transaction& transaction) : transaction_(transaction) {}

  /// A document of more than 64 KB is cut down to its steps.
  void add(const SignInTrace& trace);
  /// not_found if it is none of this organization.
  Result<SignInTrace> get(OrganizationKey organization, std::string_view id);
  /// Newest first, before `before` (a position; nothing: from the newest), at most `limit`, after a
  /// look at no more than 10,000 rows.
  struct Page {
    std::vector<SignInTrace> traces;
    std::optional<std::int64_t> next;
  };
  Page list(OrganizationKey organization, const SignInFilter& filter,
            std::optional<std::int64_t> before, std::size_t limit);
  std::int64_t forget_old(std::size_t limit);
  /// Takes the claims and names of a person out of the traces (F61 erasure); how many.
  std::int64_t erase(OrganizationKey organization, const UserId& user);

 private:
  Transaction& transaction_;
};

}  // namespace rollcall

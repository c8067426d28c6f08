#include "gateway/app/housekeeper.h"

#include <map>
#include <vector>

namespace rollcall::app {
namespace {

/// Rows that one unit of work removes.
constexpr std::size_t rows_a_unit = 500;

/// Calls `work` in units of their own for as long as it says that it removed as many rows as it
/// may.
template <class Work>
void in_small_units(Directory& directory, const Work& work) {
  for (bool more = true; more;) {
    const auto removed = directory.write_now(
        Actor{},
        [&](Transaction& transaction) -> Result<std::int64_t> { return work(transaction); });
    more = removed && *removed == static_cast<std::int64_t>(rows_a_unit);
  }
}

/// Abandoned sign-ins of one organization that one call of forget_old() tells of. Whoever wants to
/// can leave thousands: the first ones say all there is to say, the other attempts just go.
constexpr int most_told = 100;
using Told = std::map<OrganizationKey, int>;

/// Those whose browser never came back, told as such: "steps" is what the attempt saw until then.
std::int64_t tell_abandoned(Transaction& transaction, Told& told) {
  const auto expired = transaction.sign_in_attempts().take_expired(rows_a_unit);
  for (const SignInAttempt& attempt : expired) {
    // A link to a test that nobody opened any more is no sign-in.
    if (!attempt.browser) continue;
    if (++told[attempt.organization] > most_told) continue;
    SignInTrace trace{.id = attempt.trace,
                      .organization = attempt.organization,
                      .connection = attempt.connection,
                      .at = attempt.expires,
                      .outcome = SignInOutcome::abandoned,
                      .reason = {},
                      .user = std::nullopt,
                      .document = {}};
    if (const json::Value* steps = attempt.data.find("steps")) {
      trace.document.append("steps", *steps);
    }
    transaction.sign_in_traces().add(trace);
  }
  return static_cast<std::int64_t>(expired.size());
}

void forget_sign_ins(Directory& directory) {
  Told told;
  in_small_units(directory,
                 [&](Transaction& transaction) { return tell_abandoned(transaction, told); });
  in_small_units(directory, [](Transaction& transaction) {
    return Sessions::forget_old(transaction, rows_a_unit);
  });
  in_small_units(directory, [](Transaction& transaction) {
    return transaction.sign_in_attempts().forget_used(rows_a_unit);
  });
  in_small_units(directory, [](Transaction& transaction) {
    return transaction.sign_in_traces().forget_old(rows_a_unit);
  });
}

struct Retention {
  OrganizationKey organization;
  std::chrono::days kept;
};

Result<std::vector<Retention>> retentions(Transaction& transaction) {
  std::vector<Retention> all;
  for (const Organization& organization : transaction.organizations().list()) {
    if (const auto days = organization.policy.audit_retention_days) {
      all.push_back({organization.key, std::chrono::days(*days)});
    }
  }
  return all;
}

}  // namespace

Housekeeper::Housekeeper(std::chrono::milliseconds period, std::function<void()> work, Log& log)
    : period_(period),
      work_(std::move(work)),
      log_(log),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

void Housekeeper::run(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, stop, period_, [&] { return stop.stop_requested(); })) {
    try {
      work_();
    } catch (const std::exception& error) {
      log_.error("housekeeping failed", {{"why", error.what()}});
    }
  }
}

void forget_old(Directory& directory) {
  static_cast<void>(directory.write_now(Actor{}, [](Transaction& transaction) -> Result<> {
    transaction.idempotency_keys().forget_old();
    return {};
  }));
  in_small_units(directory, [](Transaction& transaction) {
    return transaction.outbox().forget_old(rows_a_unit);
  });
  forget_sign_ins(directory);
  const auto all = directory.read_now(&retentions);
  if (!all) return;
  for (const Retention& retention : *all) {
    in_small_units(directory, [&](Transaction& transaction) {
      return transaction.audit(retention.organization)
          .drop_older(transaction.now() - retention.kept, rows_a_unit);
    });
  }
}

}  // namespace rollcall::app

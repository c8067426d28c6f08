#include "gateway/mail/mailer.h"

#include "gateway/mail/message.h"
#include "gateway/mail/transport.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace rollcall::mail {
namespace {

using Outcome = Delivery::Outcome;

constexpr std::chrono::seconds look_period{1};
constexpr std::chrono::minutes first_pause{1};
constexpr std::chrono::hours longest_pause{4};
constexpr std::chrono::hours longest_try{48};
/// After the relay itself failed, nothing is sent for as long as the message waits, but no longer.
constexpr std::chrono::minutes longest_rest{5};

std::chrono::minutes pause_after(std::int64_t attempts) {
  const auto doublings = std::min<std::int64_t>(attempts, 8);
  return std::min<std::chrono::minutes>(first_pause * (1 << doublings), longest_pause);
}

std::unique_ptr<Transport> make_transport(std::variant<SinkDir, Smtp> target) {
  if (auto* sink = std::get_if<SinkDir>(&target)) return sink_transport(std::move(*sink));
  return smtp_transport(std::get<Smtp>(std::move(target)));
}

/// What is to be written of an attempt.
struct Record {
  std::int64_t position;
  bool sent;
  std::string error;
  std::optional<Timestamp> next_attempt;
};

}  // namespace

struct Mailer::Impl {
 public:
  Impl(Directory& directory, MailOptions options, const Clock& clock, Log& log)
      : directory_(directory),
        transport_(make_transport(std::move(options.target))),
        from_(std::move(options.from)),
        base_url_(std::move(options.base_url)),
        clock_(clock),
        log_(log),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    wakeup_.notify_one();
  }

 private:
  void run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      if (safe_step(stop)) continue;
      std::unique_lock lock(mutex_);
      wakeup_.wait_for(lock, stop, look_period, [this] { return woken_; });
      woken_ = false;
    }
  }

  bool safe_step(const std::stop_token& stop) {
    try {
      return step(stop);
    } catch (const std::exception& failure) {
      log_.error("mail stopped for a moment", {{"why", failure.what()}});
      return false;
    }
  }

  /// True if there may be more to do at once.
  bool step(const std::stop_token& stop) {
    if (unrecorded_ && !record()) return false;
    if (clock_.now() < rest_until_) return false;
    const std::optional<Mail> mail = next();
    if (!mail) return false;
    const Delivery delivery = attempt(*mail, stop);
    if (delivery.outcome == Outcome::interrupted) return false;
    unrecorded_ = record_of(*mail, delivery);
    return record();
  }

  std::optional<Mail> next() {
    auto due = directory_.read_now([](Transaction& transaction) -> Result<std::vector<Mail>> {
      std::vector<Mail> mails = transaction.outbox().due(1);
      for (Mail& mail : mails) {
        if (!mail.organization) continue;
        TRY(const Organization organization, transaction.organizations().get(*mail.organization));
        mail.data.set("organization",
                      organization.name.empty() ? organization.slug : organization.name);
      }
      return mails;
    });
    if (!due || due->empty()) return std::nullopt;
    return std::move(due->front());
  }

  Delivery attempt(const Mail& mail, const std::stop_token& stop) {
    const auto message = compose(mail, from_, base_url_);
    if (!message) return {Outcome::never, message.error().detail()};
    return transport_->deliver(*message, stop);
  }

  Record record_of(const Mail& mail, const Delivery& delivery) {
    if (delivery.outcome == Outcome::sent) return {mail.position, true, {}, {}};
    const Timestamp now = clock_.now();
    const auto pause = pause_after(mail.attempts);
    std::optional<Timestamp> next_attempt;
    if (delivery.outcome == Outcome::later && now + pause <= mail.created + longest_try) {
      next_attempt = now + pause;
    }
    if (delivery.of_relay) rest_until_ = now + std::min(pause, longest_rest);
    // What a relay says of a message may name the person: that stays in the outbox.
    log_.warning(next_attempt ? "a message was not sent yet" : "a message was not sent",
                 {{"mail", mail.position},
                  {"template", mail.template_name},
                  {"attempts", mail.attempts + 1},
                  {"why", delivery.of_relay ? delivery.reason : "refused"}});
    return {mail.position, false, delivery.reason, next_attempt};
  }

  /// Nothing else is sent before the outbox knows of the last message: else a store that takes no
  /// writes would have it sent every second.
  bool record() {
    const auto written =
        directory_.write_now(Actor{}, [this](Transaction& transaction) -> Result<> {
          Outbox outbox = transaction.outbox();
          if (unrecorded_->sent) {
            outbox.sent(unrecorded_->position);
          } else {
            outbox.failed(unrecorded_->position, unrecorded_->error, unrecorded_->next_attempt);
          }
          return {};
        });
    if (written) unrecorded_.reset();
    return static_cast<bool>(written);
  }

  Directory& directory_;
  const std::unique_ptr<Transport> transport_;
  const Address from_;
  const std::string base_url_;
  const Clock& clock_;
  Log& log_;

  // The thread's own.
  std::optional<Record> unrecorded_;
  Timestamp rest_until_{};

  std::mutex mutex_;
  std::condition_variable_any wakeup_;
  bool woken_ = false;   // under mutex_
  std::jthread thread_;  // last: it uses the others
};

Mailer::Mailer(Directory& directory, MailOptions options, const Clock& clock, Log& log)
    : impl_(std::make_unique<Impl>(directory, std::move(options), clock, log)) {}

Mailer::~Mailer() = default;

void Mailer::wake() { impl_->wake(); }

}  // namespace rollcall::mail

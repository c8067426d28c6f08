#pragma once

#include "gateway/base/id.h"
#include "gateway/base/json.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// Stored as a number.
enum class MailState { waiting, sent, failed };

/// One message to send, as a template's name and what fills it.
struct Mail {
  std::int64_t position = 0;
  std::optional<OrganizationKey> organization;
  std::string to;
  /// "user_added", "invitation", "confirm_email": a pair of files in gateway/mail/templates.
  std::string template_name;
  /// What fills it. "link_path" begins with '/' and is put behind public_url; the mailer itself
  /// adds "organization" (its name), so that whoever queues a mail need not look it up.
  json::Object data;
  MailState state = MailState::waiting;
  std::int64_t attempts = 0;
  Timestamp created;
  Timestamp next_attempt;
  std::string last_error;
};

/// Messages that leave after the commit of what they tell (S16): written in its transaction, sent
/// by gateway/mail, which retries. What fills a message is blanked once it was sent or has failed
/// for good, since it may be a secret link.
class Outbox {
 public:
  explicit Outbox(Transaction& transaction) : transaction_(transaction) {}

  /// Does nothing where the process sends no mail (DirectoryOptions::mail).
  void add(std::optional<OrganizationKey> organization, std::string_view to,
           std::string_view template_name, const json::Object& data);
  /// Waiting and due, the longest due first.
  std::vector<Mail> due(std::size_t limit);
  void sent(std::int64_t position);
  /// Tries again at `next_attempt`; with none it has failed for good.
  void failed(std::int64_t position, std::string_view error, std::optional<Timestamp> next_attempt);
  /// Rows behind `after` in order of position.
  std::vector<Mail> list(OrganizationKey organization, std::int64_t after, std::size_t limit);
  /// Deletes what ended and is more than 30 days old, looking at `limit` rows at most; how many.
  std::int64_t forget_old(std::size_t limit);
  /// Deletes all messages to an address, letters of either case; how many.
  std::int64_t erase(OrganizationKey organization, std::string_view address);

 private:
  Transaction& transaction_;
};

}  // namespace rollcall

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
  /// "user_added", "invitation", "confirm_email", "email_changed" …: a file of gateway/mail.
  std::string template_name;
  json::Object data;
  MailState state = MailState::waiting;
  std::int64_t attempts = 0;
  Timestamp created;
  Timestamp next_attempt;
  std::string last_error;
};

/// Messages that leave after the commit of what they tell (S16): written in its transaction, sent
/// by gateway/mail, which retries. Data that holds a secret link is blanked once sent.
class Outbox {
 public:
  explicit Outbox(Transaction& transaction) : transaction_(transaction) {}

  void add(std::optional<OrganizationKey> organization, std::string_view to,
           std::string_view template_name, const json::Object& data);
  /// Waiting and due, oldest first.
  std::vector<Mail> due(std::size_t limit);
  /// When the next one is due; nothing when none waits.
  std::optional<Timestamp> next_due();
  void sent(std::int64_t position);
  /// Tries again at `next_attempt`; with none it has failed for good.
  void failed(std::int64_t position, std::string_view error, std::optional<Timestamp> next_attempt);
  std::vector<Mail> list(OrganizationKey organization, std::int64_t after, std::size_t limit);

 private:
  Transaction& transaction_;
};

}  // namespace rollcall

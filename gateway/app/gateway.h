#pragma once

#include "gateway/access/rights.h"
#include "gateway/admin/admin_api.h"
#include "gateway/app/config.h"
#include "gateway/app/housekeeper.h"
#include "gateway/app/instance.h"
#include "gateway/app/metrics_page.h"
#include "gateway/app/operations.h"
#include "gateway/app/request_metrics.h"
#include "gateway/app/root_service.h"
#include "gateway/base/clock.h"
#include "gateway/base/log.h"
#include "gateway/directory/directory.h"
#include "gateway/mail/mailer.h"
#include "gateway/net/dns_text.h"
#include "gateway/net/outgoing_client.h"
#include "gateway/net/server.h"
#include "gateway/session/session_cache.h"
#include "gateway/sign_in/sign_in_service.h"
#include "scim/scim_api.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::app {

/// Where a gateway can be reached, once it listens.
struct Urls {
  std::string base;        // public_url, or of the address bound
  std::string operations;  // "http://127.0.0.1:9090"
};

/// The whole server: every part in the order of dependency, so that destruction takes them down
/// from the listeners to the store. All members are called from one thread.
class Gateway {
 public:
  /// Opens the store. Throws std::runtime_error with a sentence for the operator.
  Gateway(const Config& config, const Instance& instance, const Clock& clock, Log& log);
  ~Gateway();
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  Directory& directory() { return *directory_; }
  const KeyRing& keys() const { return keys_; }

  /// Accepts from now on: the public listener, the operator's socket, the operations listener;
  /// where the address of the last is in use, `operations_may_move` takes any free port of this
  /// machine. Throws std::runtime_error with a sentence: an address in use, an unreadable key …
  Urls listen(bool operations_may_move);

  /// Reads certificates and keys anew; after an error the old ones go on.
  Result<> reload_tls();
  /// For /metrics.
  void count_reload(bool success) { ++(success ? reloads_ : failed_reloads_); }

  /// Not ready from now on; answers what has arrived, accepts nothing more, writes what is kept in
  /// memory. True if no request had to be cut.
  bool drain(std::chrono::milliseconds limit);

 private:
  std::vector<Mount> mounts();
  std::string listen_operations(bool may_move);
  OperationsSource operations_source();
  std::vector<std::string> unready_reasons() const;
  GatewayState state() const;
  /// Keeps when the certificate ends, and warns when that is soon.
  void note_certificate();

  const Config config_;
  const Instance instance_;
  const Clock& clock_;
  Log& log_;
  const Timestamp started_;
  std::atomic<bool> draining_ = false;
  std::atomic<std::uint64_t> reloads_ = 0;
  std::atomic<std::uint64_t> failed_reloads_ = 0;
  std::atomic<std::int64_t> certificate_end_ = 0;  // Unix milliseconds; 0 without TLS

  std::unique_ptr<Directory> directory_;
  const KeyRing keys_;
  scim::ScimApi scim_;
  access::RightsCache rights_;
  session::SessionCache sessions_;
  net::OutgoingClient outgoing_;
  net::SystemDnsText dns_;
  sign_in::SignInService sign_in_;
  admin::AdminApi admin_;
  RequestMetrics metrics_;
  RootService root_;
  OperationsService operations_;
  LocalSocket socket_;
  net::Server server_;
  net::Server operations_server_;
  std::optional<Housekeeper> housekeeper_;
  std::optional<mail::Mailer> mailer_;
};

}  // namespace rollcall::app

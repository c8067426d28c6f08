#include "gateway/app/gateway.h"

#include "gateway/app/address.h"
#include "gateway/app/files.h"
#include "gateway/app/reseal.h"
#include "gateway/crypto/certificate.h"
#include "gateway/http/problem.h"

#include <filesystem>
#include <stdexcept>

namespace rollcall::app {
namespace {

constexpr std::chrono::seconds operations_drain{1};
constexpr std::chrono::minutes housekeeping{1};
constexpr std::chrono::days certificate_warning{30};
constexpr std::size_t max_certificate = 1024 * 1024;

DirectoryOptions directory_options(const Instance& instance) {
  DirectoryOptions options;
  options.store = instance.store;
  options.audit_key = audit_key(instance);
  options.mail = instance.mail;
  return options;
}

net::ServerOptions server_options(const Config& config) {
  net::ServerOptions options;
  options.threads = config.threads;
  options.limits = config.limits;
  options.trusted_proxies = config.trusted_proxies;
  options.public_origin = config.public_url;
  return options;
}

net::OutgoingOptions outgoing_options(const Config& config) {
  net::OutgoingOptions options;
  options.allow = config.outbound.allow;
  options.ca_file = config.outbound.ca_file.string();
  return options;
}

net::ServerOptions operations_options() {
  net::ServerOptions options;
  options.threads = 1;
  return options;
}

/// At the host of our own address, if that is a name or an IPv4 address.
std::string default_sender(const std::string& base) {
  std::string_view host = std::string_view(base).substr(base.find("//") + 2);
  host = host.substr(0, host.find(':'));
  const std::string mailbox = "no-reply@" + std::string(host);
  return "Rollcall <" + (mail::is_mailbox(mailbox) ? mailbox : "no-reply@localhost") + ">";
}

/// Where mail goes; nothing if it is not configured. `base` is our own address as others know it.
std::optional<mail::MailOptions> mail_options(const Config& config, const std::string& base) {
  if (!config.mail.on()) return std::nullopt;
  mail::MailOptions options;
  options.base_url = base;
  if (config.mail.sink_dir.empty()) {
    auto relay = mail::parse_smtp(config.mail.smtp.reveal());
    if (!relay) throw std::runtime_error("'mail.smtp' " + relay.error().detail());
    relay->ca_file = config.mail.ca_file;
    options.target = *std::move(relay);
  } else {
    options.target = mail::SinkDir{config.mail.sink_dir};
  }
  const auto from =
      mail::parse_address(config.mail.from.empty() ? default_sender(base) : config.mail.from);
  if (!from) throw std::runtime_error("'mail.from' " + from.error().detail());
  options.from = *from;
  return options;
}

/// What a client on this machine puts before a path.
std::string url_of(const std::string& bound, bool tls) {
  const auto endpoint = parse_endpoint(bound);
  std::string authority = bound;
  if (endpoint && endpoint->wildcard) {
    authority = Endpoint{"127.0.0.1", endpoint->port}.str();
  }
  return (tls ? "https://" : "http://") + authority;
}

}  // namespace

Gateway::Gateway(const Config& config, const Instance& instance, const Clock& clock, Log& log)
    : config_(config),
      instance_(instance),
      clock_(clock),
      log_(log),
      started_(clock.now()),
      directory_(Directory::open(directory_options(instance), clock, log)),
      keys_(secret_keys(instance)),
      scim_(*directory_, clock),
      rights_(*directory_),
      sessions_(*directory_, clock),
      outgoing_(outgoing_options(config)),
      dns_(config.outbound.dns_server),
      sign_in_({*directory_, sessions_, rights_, outgoing_, keys_, clock, log,
                config.protected_hosts, config.limits.sign_ins_per_minute}),
      admin_({*directory_, rights_, sessions_, keys_, dns_, clock}),
      root_(mounts(), config.tls_files().has_value(), metrics_, log),
      operations_(operations_source()),
      socket_(instance.socket),
      server_(server_options(config), log),
      operations_server_(operations_options(), log) {}

Gateway::~Gateway() {
  std::error_code ignored;
  std::filesystem::remove(instance_.socket, ignored);
}

std::vector<Mount> Gateway::mounts() {
  std::vector<Mount> all{{"/scim", scim::ScimApi::body_limit,
                          [this](const http::Request& request) { return scim_.handle(request); },
                          &scim::ScimApi::render},
                         {"/api/v1", admin::AdminApi::body_limit,
                          [this](const http::Request& request) { return admin_.handle(request); },
                          [](const Error& error) { return http::problem(error); }}};
  for (const std::string_view prefix : sign_in::SignInService::prefixes) {
    all.push_back({prefix, sign_in::SignInService::body_limit,
                   [this](const http::Request& request) { return sign_in_.handle(request); },
                   &sign_in::SignInService::render});
  }
  return all;
}

OperationsSource Gateway::operations_source() {
  return {[this] { return unready_reasons(); }, [this] { return metrics_page(metrics_, state()); }};
}

Urls Gateway::listen(bool operations_may_move) {
  note_certificate();
  reseal(*directory_, keys_, log_);
  housekeeper_.emplace(
      housekeeping,
      [this] {
        scim_.flush_token_use();
        sessions_.flush_use();
        forget_old(*directory_);
      },
      log_);

  const net::ListenerOptions public_listener{config_.listen, config_.tls_files(),
                                             config_.proxy_protocol};
  const std::string bound = server_.listen(public_listener, root_);
  server_.listen({socket_.url(), std::nullopt, false}, root_);
  const std::string operations = listen_operations(operations_may_move);

  const std::string base = config_.public_url.empty()
                               ? url_of(bound, public_listener.tls.has_value())
                               : config_.public_url;
  if (auto options = mail_options(config_, base)) {
    mailer_.emplace(*directory_, *std::move(options), clock_, log_);
  }
  return {base, url_of(operations, false)};
}

std::string Gateway::listen_operations(bool may_move) {
  const net::ListenerOptions wanted{config_.operations.listen, std::nullopt, false};
  if (!may_move) return operations_server_.listen(wanted, operations_);
  try {
    return operations_server_.listen(wanted, operations_);
  } catch (const std::runtime_error&) {
    return operations_server_.listen({"127.0.0.1:0", std::nullopt, false}, operations_);
  }
}

std::vector<std::string> Gateway::unready_reasons() const {
  std::vector<std::string> reasons;
  if (draining_) reasons.emplace_back("draining");
  if (!directory_->stats().writable) reasons.emplace_back("the store takes no writes");
  return reasons;
}

GatewayState Gateway::state() const {
  GatewayState state;
  state.server = server_.stats();
  state.store = directory_->stats();
  state.draining = draining_;
  state.started = started_;
  state.now = clock_.now();
  if (const std::int64_t end = certificate_end_; end != 0) {
    state.certificate_expiry = Timestamp(std::chrono::milliseconds(end));
  }
  state.reloads = reloads_;
  state.failed_reloads = failed_reloads_;
  return state;
}

void Gateway::note_certificate() {
  if (!config_.tls_files()) return;
  const auto pem = read_file(config_.tls.certificate, max_certificate);
  const auto end = pem ? certificate_expiry(*pem) : std::nullopt;
  if (!end) return;
  certificate_end_ = end->time_since_epoch().count();
  if (*end - clock_.now() < certificate_warning) {
    log_.warning("the certificate ends soon", {{"end", format_timestamp(*end)}});
  }
}

Result<> Gateway::reload_tls() {
  CHECK_OK(server_.reload_tls());
  note_certificate();
  return {};
}

bool Gateway::drain(std::chrono::milliseconds limit) {
  draining_ = true;
  const bool whole = server_.drain(limit);
  mailer_.reset();
  housekeeper_.reset();
  scim_.flush_token_use();
  sessions_.flush_use();
  operations_server_.drain(operations_drain);
  return whole;
}

}  // namespace rollcall::app

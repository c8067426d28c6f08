#include "gateway/app/metrics_page.h"

#include "gateway/app/version.h"

#include <prometheus/text_serializer.h>

#include <utility>
#include <vector>

namespace rollcall::app {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

double seconds(Timestamp instant) {
  return std::chrono::duration<double>(instant.time_since_epoch()).count();
}

class Page {
 public:
  explicit Page(std::vector<MetricFamily> families) : families_(std::move(families)) {}

  template <class Number>
  void counter(const char* name, const char* help, Number value) {
    ClientMetric metric;
    metric.counter.value = static_cast<double>(value);
    families_.push_back({name, help, MetricType::Counter, {std::move(metric)}});
  }
  template <class Number>
  void gauge(const char* name, const char* help, Number value,
             std::vector<ClientMetric::Label> labels = {}) {
    ClientMetric metric;
    metric.gauge.value = static_cast<double>(value);
    metric.label = std::move(labels);
    families_.push_back({name, help, MetricType::Gauge, {std::move(metric)}});
  }

  std::string text() const { return prometheus::TextSerializer().Serialize(families_); }

 private:
  std::vector<MetricFamily> families_;
};

void add_server(Page& page, const net::ServerStats& server) {
  page.counter("rollcall_connections_accepted_total", "Connections accepted", server.accepted);
  page.counter("rollcall_connections_refused_total", "Connections refused by a limit",
               server.refused);
  page.gauge("rollcall_connections", "Connections open", server.connections);
  page.gauge("rollcall_requests_in_progress", "Requests being answered",
             server.requests_in_progress);
}

void add_store(Page& page, const DirectoryStats& store) {
  page.counter("rollcall_store_commits_total", "Transactions committed", store.commits);
  page.counter("rollcall_store_units_total", "Units of work written", store.units);
  page.gauge("rollcall_store_write_queue", "Units that wait for the writer", store.write_queue);
  page.gauge("rollcall_store_scan_queue", "Scans that wait for a thread", store.scan_queue);
  page.gauge("rollcall_store_bytes", "Size of the store", store.store_bytes);
  page.gauge("rollcall_store_wal_bytes", "Size of the write-ahead log", store.wal_bytes);
  page.gauge("rollcall_store_writable", "1 while the store takes writes", store.writable);
}

}  // namespace

std::string metrics_page(const RequestMetrics& requests, const GatewayState& state) {
  Page page(requests.collect());
  add_server(page, state.server);
  add_store(page, state.store);
  page.gauge("rollcall_build_info", "1; the version is the label", 1,
             {{"version", std::string(version)}});
  page.gauge("process_start_time_seconds", "Start of the process, Unix time",
             seconds(state.started));
  page.gauge("rollcall_uptime_seconds", "Time since the start",
             seconds(state.now) - seconds(state.started));
  page.gauge("rollcall_draining", "1 while the gateway shuts down", state.draining);
  page.counter("rollcall_reloads_total", "Reloads (SIGHUP) taken over", state.reloads);
  page.counter("rollcall_reloads_failed_total", "Reloads refused; the old state went on",
               state.failed_reloads);
  if (state.certificate_expiry) {
    page.gauge("rollcall_tls_certificate_expiry_seconds", "End of the certificate, Unix time",
               seconds(*state.certificate_expiry));
  }
  return page.text();
}

}  // namespace rollcall::app

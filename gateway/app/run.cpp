#include "gateway/app/run.h"

#include "gateway/app/gateway.h"
#include "gateway/app/ready_file.h"
#include "gateway/app/service_manager.h"
#include "gateway/app/settings.h"
#include "gateway/app/signals.h"
#include "gateway/app/version.h"

#include <algorithm>
#include <string>

namespace rollcall::app {
namespace {

constexpr std::chrono::seconds drain_limit{20};
constexpr std::chrono::minutes no_watchdog{1};

class Run {
 public:
  Run(const Config& config, const Instance& instance, const RunOptions& options,
      const CommandContext& context)
      : config_(config),
        options_(options),
        log_(config.log.format, config.log.level),
        gateway_(config, instance, context.clock, log_) {}

  int operator()() {
    const std::size_t files = raise_file_limit();
    if (files < config_.limits.connections) {
      log_.warning("fewer file descriptors than limits.connections",
                   {{"descriptors", static_cast<std::int64_t>(files)}});
    }
    if (options_.prepare) options_.prepare(gateway_.directory());
    start();
    serve();
    return stop();
  }

 private:
  void start() {
    const Urls urls = gateway_.listen(options_.operations_may_move);
    json::Object ready;
    if (options_.ready_file) {
      ready = ready_document(*options_.ready_file, gateway_.directory(), gateway_.keys(), urls);
      write_ready_file(*options_.ready_file, ready);
    }
    log_.info("serving", {{"version", version},
                          {"url", urls.base},
                          {"operations", urls.operations},
                          {"store", config_.store}});
    service_manager::ready();
    if (options_.started) options_.started(ready);
  }

  void serve() {
    const auto period = service_manager::watchdog_period();
    const auto tick = period ? std::chrono::ceil<std::chrono::milliseconds>(*period)
                             : std::chrono::milliseconds(no_watchdog);
    while (true) {
      switch (signals_.wait(tick)) {
        case Signals::Event::stop:
          return;
        case Signals::Event::reload:
          reload();
          break;
        case Signals::Event::none:
          break;
      }
      service_manager::watchdog();
    }
  }

  int stop() {
    service_manager::stopping();
    log_.info("draining");
    const bool whole = gateway_.drain(drain_limit);
    if (!whole) log_.warning("requests were cut: they outlasted the drain");
    log_.info("stopped");
    return exit_code::ok;
  }

  void reload() {
    service_manager::reloading();
    const bool success = try_reload();
    gateway_.count_reload(success);
    service_manager::ready();
  }

  /// Everything or nothing: certificates last, since they are what can still fail.
  bool try_reload() {
    std::optional<ConfigReading> reading;
    if (options_.reload) reading = options_.reload();
    if (reading && !reading->problems.empty()) {
      for (const std::string& problem : reading->problems) {
        log_.error("not reloaded, the old configuration goes on", {{"why", problem}});
      }
      return false;
    }
    if (const auto certificates = gateway_.reload_tls(); !certificates) {
      log_.error("not reloaded, the old certificates go on",
                 {{"why", certificates.error().detail()}});
      return false;
    }
    if (reading) apply(reading->config);
    log_.info("reloaded", {{"level", name(config_.log.level)}});
    return true;
  }

  void apply(Config& next) {
    config_.log.level = next.log.level;
    log_.set_level(next.log.level);
    for (const Setting& setting : settings()) {
      if (show(setting, next) == show(setting, config_)) continue;
      log_.warning("a changed setting takes effect at the next start", {{"key", setting.name}});
    }
  }

  Signals signals_;  // first: every other thread inherits what it blocks
  Config config_;    // as in effect
  const RunOptions& options_;
  Log log_;
  Gateway gateway_;
};

}  // namespace

int run_gateway(const Config& config, const Instance& instance, const RunOptions& options,
                const CommandContext& context) {
  return Run(config, instance, options, context)();
}

}  // namespace rollcall::app

#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace rollcall::app {

/// SIGTERM, SIGINT and SIGHUP as values, taken by a thread of its own instead of by handlers. A
/// second SIGTERM or SIGINT ends the process at once. One per process, made before any other thread
/// starts, so that all of them inherit the blocked signals.
class Signals {
 public:
  enum class Event { stop, reload, none };

  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  /// The next signal, or `none` once `limit` has passed.
  Event wait(std::chrono::milliseconds limit);

 private:
  void run();
  void take(int signal);

  int signals_;  // signalfd
  int end_;      // eventfd
  std::mutex mutex_;
  std::condition_variable arrived_;
  bool stop_ = false;
  bool reload_ = false;
  bool stop_seen_ = false;
  std::thread thread_;
};

}  // namespace rollcall::app

#pragma once

#include <boost/intrusive/list.hpp>

#include <array>
#include <chrono>

namespace rollcall::net {

/// Base of what a TimerWheel can time. Leaves its wheel when destroyed.
class Timed : public boost::intrusive::list_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  virtual ~Timed() = default;
  /// The deadline has passed; it is no longer armed.
  virtual void expired() = 0;

 private:
  friend class TimerWheel;
  std::uint64_t due_ = 0;
};

/// Coarse deadlines for many: arming and disarming are O(1), a deadline fires at most one tick late
/// and never early. Whoever owns the wheel calls `advance` once a tick while `armed`. One thread.
class TimerWheel {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds tick{250};

  explicit TimerWheel(Clock::time_point start) : start_(start) {}

  void arm(Timed& timed, Clock::time_point now, std::chrono::milliseconds after);
  void disarm(Timed& timed);
  /// Fires all that is due.
  void advance(Clock::time_point now);
  bool armed() const;

 private:
  using Slot = boost::intrusive::list<Timed, boost::intrusive::constant_time_size<false>>;
  std::uint64_t tick_of(Clock::time_point now) const {
    return static_cast<std::uint64_t>((now - start_) / tick);
  }

  Clock::time_point start_;
  std::uint64_t now_ = 0;  // all ticks before this one have fired
  std::array<Slot, 512> slots_;
};

}  // namespace rollcall::net

#include "gateway/app/signals.h"

#include "gateway/app/command.h"

#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <system_error>

namespace rollcall::app {
namespace {

sigset_t taken() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  // A closed pipe or socket is an error of the write, not the end of the process.
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  const sigset_t set = taken();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  if (signals_ < 0 || end_ < 0) throw std::system_error(errno, std::generic_category(), "signalfd");
  thread_ = std::thread([this] { run(); });
}

Signals::~Signals() {
  ::eventfd_write(end_, 1);
  thread_.join();
  ::close(signals_);
  ::close(end_);
}

void Signals::run() {
  std::array<pollfd, 2> waits{{{signals_, POLLIN, 0}, {end_, POLLIN, 0}}};
  while (true) {
    if (::poll(waits.data(), waits.size(), -1) < 0) continue;
    if (waits[1].revents != 0) return;
    signalfd_siginfo info{};
    if (::read(signals_, &info, sizeof info) == sizeof info) take(static_cast<int>(info.ssi_signo));
  }
}

void Signals::take(int signal) {
  const std::lock_guard lock(mutex_);
  if (signal == SIGHUP) {
    reload_ = true;
  } else {
    if (stop_seen_) std::_Exit(exit_code::failure);
    stop_ = stop_seen_ = true;
  }
  arrived_.notify_one();
}

Signals::Event Signals::wait(std::chrono::milliseconds limit) {
  std::unique_lock lock(mutex_);
  arrived_.wait_for(lock, limit, [&] { return stop_ || reload_; });
  if (stop_) {
    stop_ = false;
    return Event::stop;
  }
  if (reload_) {
    reload_ = false;
    return Event::reload;
  }
  return Event::none;
}

}  // namespace rollcall::app

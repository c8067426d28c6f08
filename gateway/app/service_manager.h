#pragma once

#include <chrono>
#include <optional>

namespace rollcall::app {

/// What systemd (or whoever set $NOTIFY_SOCKET) is told; nothing happens without one.
namespace service_manager {

void ready();
void stopping();
/// ready() follows when the reload is done.
void reloading();
void watchdog();
/// How often it wants to hear watchdog(), if at all.
std::optional<std::chrono::microseconds> watchdog_period();

}  // namespace service_manager

/// As many file descriptors as the system lets us have; how many.
std::size_t raise_file_limit();

}  // namespace rollcall::app

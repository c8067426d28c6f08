#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall {

/// An instant, UTC, to the millisecond.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// xsd:dateTime / RFC 3339 text in UTC with milliseconds: 2026-11-21T22:46:50.123Z.
std::string format_timestamp(Timestamp instant);

/// Reads an RFC 3339 date-time. An offset is honoured, a missing one reads as UTC, digits of the
/// fraction beyond milliseconds are cut. Nothing for anything else, a leap second or a date that
/// does not exist.
std::optional<Timestamp> parse_timestamp(std::string_view text);

}  // namespace rollcall

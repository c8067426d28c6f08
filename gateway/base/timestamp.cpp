#include "gateway/base/timestamp.h"

#include <cstdint>

namespace rollcall {
namespace {

/// Reads text from the left; every step fails on anything unexpected.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}

  bool number(std::size_t digits, int& out) {
    if (rest_.size() < digits) return false;
    out = 0;
    for (const char c : rest_.substr(0, digits)) {
      if (c < '0' || c > '9') return false;
      out = out * 10 + (c - '0');
    }
    rest_.remove_prefix(digits);
    return true;
  }
  bool literal(std::string_view any_of) {
    if (rest_.empty() || any_of.find(rest_.front()) == std::string_view::npos) return false;
    last_ = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  /// One to many digits, read as a fraction of a second in milliseconds.
  bool fraction(int& milliseconds) {
    std::size_t digits = 0;
    int scale = 100;
    milliseconds = 0;
    while (digits < rest_.size() && rest_[digits] >= '0' && rest_[digits] <= '9') {
      milliseconds += (rest_[digits] - '0') * scale;
      scale /= 10;
      ++digits;
    }
    rest_.remove_prefix(digits);
    return digits > 0;
  }
  char last() const { return last_; }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  char last_ = 0;
};

}  // namespace

/// Years 0 to 9999, which is what xsd:dateTime and every clock of ours have.
std::string format_timestamp(Timestamp instant) {
  const auto day = std::chrono::floor<std::chrono::days>(instant);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(instant - day);
  std::string text = "0000-00-00T00:00:00.000Z";
  const auto put = [&text](std::size_t end, std::int64_t number) {
    for (; number > 0; number /= 10) text[--end] = static_cast<char>('0' + number % 10);
  };
  put(4, static_cast<int>(date.year()));
  put(7, static_cast<unsigned>(date.month()));
  put(10, static_cast<unsigned>(date.day()));
  put(13, time.hours().count());
  put(16, time.minutes().count());
  put(19, time.seconds().count());
  put(23, time.subseconds().count());
  return text;
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  Cursor at(text);
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milliseconds = 0;
  if (!at.number(4, year) || !at.literal("-") || !at.number(2, month) || !at.literal("-") ||
      !at.number(2, day) || !at.literal("Tt") || !at.number(2, hour) || !at.literal(":") ||
      !at.number(2, minute) || !at.literal(":") || !at.number(2, second)) {
    return std::nullopt;
  }
  if (at.literal(".") && !at.fraction(milliseconds)) return std::nullopt;
  std::chrono::minutes offset{0};
  if (at.literal("+-")) {
    const int sign = at.last() == '-' ? -1 : 1;
    int offset_hours = 0, offset_minutes = 0;
    if (!at.number(2, offset_hours) || !at.literal(":") || !at.number(2, offset_minutes)) {
      return std::nullopt;
    }
    if (offset_hours > 14 || offset_minutes > 59) return std::nullopt;
    offset = sign * (std::chrono::hours(offset_hours) + std::chrono::minutes(offset_minutes));
  } else {
    at.literal("Zz");
  }
  const std::chrono::year_month_day date(std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!at.done() || !date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) + std::chrono::milliseconds(milliseconds) - offset;
}

}  // namespace rollcall

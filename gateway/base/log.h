#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace rollcall {

/// One `key=value` of a log line. Values are text or numbers; never a secret, a token or a body.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double> value;
};

enum class LogLevel { debug, info, warning, error };
enum class LogFormat { text, json };

/// "debug", "info", "warning", "error".
std::string_view name(LogLevel level);
std::optional<LogLevel> parse_log_level(std::string_view text);

/// Structured lines on standard error, as text or JSON. Any thread. Writing is asynchronous behind
/// a bounded queue that drops its oldest lines when the sink stalls: a log never holds up a
/// request.
class Log {
 public:
  Log(LogFormat format, LogLevel level);
  ~Log();
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void set_level(LogLevel level);
  bool enabled(LogLevel level) const;
  /// `message` is constant text; what varies goes into fields. Control characters are escaped.
  void write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields = {});

  void info(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::info, message, fields);
  }
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::warning, message, fields);
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::error, message, fields);
  }

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace rollcall

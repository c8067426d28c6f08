#include "gateway/base/log.h"

#include "gateway/base/json.h"
#include "gateway/base/timestamp.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

namespace rollcall {
namespace {

constexpr std::size_t queue_lines = 8192;
constexpr std::size_t buffer_bytes = 64 * 1024;

/// Standard error in large writes while lines keep coming, at once when none is waiting: a write(2)
/// for each line costs more than all else of it. Runs on the log's thread alone.
class BufferedStderr final : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
 public:
  BufferedStderr() = default;
  ~BufferedStderr() override { flush_(); }
  BufferedStderr(const BufferedStderr&) = delete;
  BufferedStderr& operator=(const BufferedStderr&) = delete;

  void watch(spdlog::details::thread_pool& pool) { pool_ = &pool; }

 private:
  void sink_it_(const spdlog::details::log_msg& line) override {
    buffer_.append(line.payload.data(), line.payload.size()) += '\n';
    if (buffer_.size() >= buffer_bytes || pool_->queue_size() == 0) flush_();
  }
  void flush_() override {
    std::string_view rest = buffer_;
    while (!rest.empty()) {
      const ssize_t written = ::write(STDERR_FILENO, rest.data(), rest.size());
      if (written < 0 && errno != EINTR) break;  // nobody left to tell
      if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
    }
    buffer_.clear();
  }

  spdlog::details::thread_pool* pool_ = nullptr;
  std::string buffer_;
};

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

void append_value(std::string& line, const LogField& field) {
  if (const auto* text = std::get_if<std::string_view>(&field.value)) {
    json::append_string(line, *text);
  } else if (const auto* integer = std::get_if<std::int64_t>(&field.value)) {
    line += std::to_string(*integer);
  } else {
    json::append_number(line, std::get<double>(field.value));
  }
}

std::string json_line(LogLevel level, std::string_view at, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line = R"({"time":")";
  line.append(at).append(R"(","level":")").append(name(level)).append(R"(","message":)");
  json::append_string(line, message);
  for (const LogField& field : fields) {
    line += ',';
    json::append_string(line, field.key);
    line += ':';
    append_value(line, field);
  }
  return line += '}';
}

std::string text_line(LogLevel level, std::string_view at, std::string_view message,
                      std::initializer_list<LogField> fields) {
  std::string line(at);
  line.append(" ").append(name(level)).append(" ").append(message);
  for (const LogField& field : fields) {
    line.append(" ").append(field.key).append("=");
    append_value(line, field);
  }
  return line;
}

}  // namespace

std::string_view name(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
  }
  return "error";
}

std::optional<LogLevel> parse_log_level(std::string_view text) {
  for (const auto level : {LogLevel::debug, LogLevel::info, LogLevel::warning, LogLevel::error}) {
    if (name(level) == text) return level;
  }
  return std::nullopt;
}

struct Log::Impl {
  LogFormat format;
  std::shared_ptr<spdlog::async_logger> logger;
  // Ends first: its thread, which writes through the logger, is joined before the logger goes.
  std::shared_ptr<spdlog::details::thread_pool> pool;
};

Log::Log(LogFormat format, LogLevel level) : impl_(std::make_unique<Impl>()) {
  impl_->format = format;
  impl_->pool = std::make_shared<spdlog::details::thread_pool>(queue_lines, 1);
  auto sink = std::make_shared<BufferedStderr>();
  sink->watch(*impl_->pool);
  impl_->logger = std::make_shared<spdlog::async_logger>(
      "rollcall", std::move(sink), impl_->pool, spdlog::async_overflow_policy::overrun_oldest);
  set_level(level);
}

Log::~Log() = default;

void Log::set_level(LogLevel level) { impl_->logger->set_level(level_of(level)); }

bool Log::enabled(LogLevel level) const { return impl_->logger->should_log(level_of(level)); }

void Log::write(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!enabled(level)) return;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  const std::string at = format_timestamp(now);
  const std::string line = impl_->format == LogFormat::json ? json_line(level, at, message, fields)
                                                            : text_line(level, at, message, fields);
  impl_->logger->log(level_of(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace rollcall

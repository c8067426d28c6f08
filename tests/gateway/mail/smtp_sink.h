#pragma once

#include "gateway/base/json.h"
#include "gateway/net/fd.h"

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::test {

/// tests/gateway/mail/smtp_sink.py as a process, killed at the end. Every wait ends after half a
/// minute with an exception.
class SmtpSink {
 public:
  /// As its command line takes them.
  explicit SmtpSink(const std::vector<std::string>& arguments = {});
  ~SmtpSink();
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  int port() const { return port_; }
  /// The next message that it took.
  json::Object message();
  /// True if it took none that message() has not given.
  bool empty() const;

 private:
  std::string line();

  pid_t id_ = 0;
  net::Fd output_;
  std::string buffer_;
  int port_ = 0;
};

/// What Python's email package reads in a file; an exception unless it is well-formed.
json::Object read_message(const std::filesystem::path& file);

/// A member that is text; an exception if there is none.
std::string text_of(const json::Object& object, std::string_view member);

}  // namespace rollcall::test

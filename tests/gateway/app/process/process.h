#pragma once

#include "gateway/base/json.h"
#include "gateway/net/fd.h"
#include "tests/gateway/app/scratch.h"

#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::test {

/// The built rollcall ($ROLLCALL_BINARY) as a process, killed at the end. Every wait ends after
/// half a minute with an exception.
class Process {
 public:
  using Environment = std::map<std::string, std::string>;

  explicit Process(const std::vector<std::string>& arguments, const Environment& environment = {});
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const;
  /// The exit code once it has ended; 128 and the signal's number if one ended it.
  int wait();
  std::string output() const { return content_of(files_ / "out"); }
  std::string errors() const { return content_of(files_ / "err"); }
  /// Readable once the process has ended.
  int descriptor() const { return descriptor_.get(); }

 private:
  Scratch files_;
  pid_t id_ = 0;
  net::Fd descriptor_;
  bool reaped_ = false;
};

/// A `serve` or `demo` that has written its ready file.
class Server {
 public:
  /// `arguments` name `file` as the ready file.
  Server(const std::vector<std::string>& arguments, const std::filesystem::path& file,
         const Process::Environment& environment = {});

  const json::Object& ready() const { return ready_; }
  std::string text(std::string_view member) const;
  /// Of the first SCIM connection of the first organization.
  std::string scim(std::string_view member) const;
  Process& process() { return process_; }
  /// SIGTERM, then the exit code.
  int stop();

 private:
  net::Fd watch_;  // before the process, so that no event is missed
  Process process_;
  json::Object ready_;
};

/// Runs a command to its end.
struct Outcome {
  int code;
  std::string output;
  std::string errors;
};
Outcome run_rollcall(const std::vector<std::string>& arguments,
                     const Process::Environment& environment = {});

}  // namespace rollcall::test

#include "tests/gateway/mail/smtp_sink.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

namespace rollcall::test {
namespace {

constexpr int patience = 30'000;  // milliseconds

struct Child {
  pid_t id;
  net::Fd output;
};

Child start(std::vector<std::string> words) {
  words.insert(words.begin(), {"/usr/bin/python3", "tests/gateway/mail/smtp_sink.py"});
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);

  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  net::Fd output(ends[0]);
  const net::Fd input(ends[1]);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.get(), 1);
  pid_t id = 0;
  const int error =
      ::posix_spawn(&id, pointers.front(), &actions, nullptr, pointers.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + words.front());
  return {id, std::move(output)};
}

void reap(pid_t id) {
  ::kill(id, SIGKILL);
  ::waitpid(id, nullptr, 0);
}

/// Takes one line off `buffer`, read from `output` as needed.
std::string read_line(const net::Fd& output, std::string& buffer) {
  for (;;) {
    if (const auto end = buffer.find('\n'); end != std::string::npos) {
      std::string line = buffer.substr(0, end);
      buffer.erase(0, end + 1);
      return line;
    }
    pollfd wait{output.get(), POLLIN, 0};
    std::array<char, 4096> bytes{};
    if (::poll(&wait, 1, patience) <= 0) throw std::runtime_error("no line for half a minute");
    const ssize_t size = ::read(output.get(), bytes.data(), bytes.size());
    if (size <= 0) throw std::runtime_error("smtp_sink.py ended");
    buffer.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

json::Object object_of(const std::string& line) {
  auto value = json::parse(line);
  if (!value || !value->object()) throw std::runtime_error("not a JSON object: " + line);
  return std::move(*value->object());
}

}  // namespace

SmtpSink::SmtpSink(const std::vector<std::string>& arguments) {
  Child child = start(arguments);
  id_ = child.id;
  output_ = std::move(child.output);
  try {
    port_ = std::stoi(line());
  } catch (...) {
    reap(id_);
    throw;
  }
}

SmtpSink::~SmtpSink() { reap(id_); }

std::string SmtpSink::line() { return read_line(output_, buffer_); }

json::Object SmtpSink::message() { return object_of(line()); }

bool SmtpSink::empty() const {
  pollfd wait{output_.get(), POLLIN, 0};
  return buffer_.empty() && ::poll(&wait, 1, 0) == 0;
}

json::Object read_message(const std::filesystem::path& file) {
  const Child child = start({"read", file.string()});
  std::string buffer;
  const std::string line = read_line(child.output, buffer);
  reap(child.id);
  return object_of(line);
}

std::string text_of(const json::Object& object, std::string_view member) {
  const json::Value* value = object.find(member);
  if (!value || !value->string()) throw std::runtime_error("no text " + std::string(member));
  return *value->string();
}

}  // namespace rollcall::test

#include "tests/gateway/app/process/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace rollcall::test {
namespace {

constexpr std::chrono::seconds patience{30};

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const std::string& text : texts) result.push_back(const_cast<char*>(text.c_str()));
  result.push_back(nullptr);
  return result;
}

/// Ours without what would configure a rollcall, and `more`.
std::vector<std::string> environment_with(const Process::Environment& more) {
  std::vector<std::string> result;
  for (char** at = environ; *at != nullptr; ++at) {
    const std::string_view entry(*at);
    const std::string name(entry.substr(0, entry.find('=')));
    const bool ours = name.starts_with("ROLLCALL_") || name == "NOTIFY_SOCKET";
    if (!ours && !more.contains(name)) result.emplace_back(entry);
  }
  for (const auto& [name, value] : more) result.push_back(name + "=" + value);
  return result;
}

pid_t spawn(const std::vector<std::string>& words, const std::vector<std::string>& environment,
            const std::filesystem::path& out, const std::filesystem::path& err) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, 1, out.c_str(), O_WRONLY | O_CREAT, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, err.c_str(), O_WRONLY | O_CREAT, 0600);
  pid_t id = 0;
  const int error = posix_spawn(&id, words[0].c_str(), &actions, nullptr, pointers(words).data(),
                                pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) throw std::runtime_error("cannot start " + words[0]);
  return id;
}

std::string binary() {
  const char* path = std::getenv("ROLLCALL_BINARY");
  if (!path) throw std::runtime_error("ROLLCALL_BINARY names no rollcall");
  return path;
}

/// Waits until one of both is readable.
void wait_readable(int first, int second) {
  std::array<pollfd, 2> waits{{{first, POLLIN, 0}, {second, POLLIN, 0}}};
  constexpr auto limit = std::chrono::milliseconds(patience).count();
  if (::poll(waits.data(), waits.size(), static_cast<int>(limit)) <= 0) {
    throw std::runtime_error("nothing happened for half a minute");
  }
}

net::Fd watch_folder(const std::filesystem::path& folder) {
  net::Fd watch(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (::inotify_add_watch(watch.get(), folder.c_str(), IN_MOVED_TO) < 0) {
    throw std::runtime_error("cannot watch " + folder.string());
  }
  return watch;
}

/// True once `name` was moved into the folder; takes the events that have arrived.
bool moved_in(int watch, std::string_view name) {
  alignas(inotify_event) std::array<char, 8192> events;
  const ssize_t size = ::read(watch, events.data(), events.size());
  for (ssize_t at = 0; at < size;) {
    const auto* event = reinterpret_cast<const inotify_event*>(events.data() + at);
    if (event->name == name) return true;
    at += static_cast<ssize_t>(sizeof(inotify_event) + event->len);
  }
  return false;
}

std::string text_member(const json::Object& object, std::string_view name) {
  const json::Value* value = object.find(name);
  if (!value || !value->string()) throw std::runtime_error("no " + std::string(name));
  return *value->string();
}

}  // namespace

Process::Process(const std::vector<std::string>& arguments, const Environment& environment) {
  std::vector<std::string> words{binary()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  id_ = spawn(words, environment_with(environment), files_ / "out", files_ / "err");
  descriptor_ = net::Fd(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
}

Process::~Process() {
  if (reaped_) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
}

void Process::signal(int number) const { ::kill(id_, number); }

int Process::wait() {
  wait_readable(descriptor_.get(), -1);
  int status = 0;
  if (::waitpid(id_, &status, 0) != id_) throw std::runtime_error("waitpid");
  reaped_ = true;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

Server::Server(const std::vector<std::string>& arguments, const std::filesystem::path& file,
               const Process::Environment& environment)
    : watch_(watch_folder(file.parent_path())), process_(arguments, environment) {
  while (!moved_in(watch_.get(), file.filename().string())) {
    wait_readable(watch_.get(), process_.descriptor());
    std::array<pollfd, 1> ended{{{process_.descriptor(), POLLIN, 0}}};
    if (::poll(ended.data(), 1, 0) > 0) {
      throw std::runtime_error("it ended: " + process_.errors());
    }
  }
  auto document = json::parse(content_of(file));
  if (!document || !document->object()) throw std::runtime_error("no JSON in the ready file");
  ready_ = *document->object();
}

std::string Server::text(std::string_view member) const { return text_member(ready_, member); }

std::string Server::scim(std::string_view member) const {
  const json::Value& organization = ready_.find("organizations")->array()->at(0);
  const json::Value& scim = organization.object()->find("scim")->array()->at(0);
  return text_member(*scim.object(), member);
}

int Server::stop() {
  process_.signal(SIGTERM);
  return process_.wait();
}

Outcome run_rollcall(const std::vector<std::string>& arguments,
                     const Process::Environment& environment) {
  Process process(arguments, environment);
  const int code = process.wait();
  return {code, process.output(), process.errors()};
}

}  // namespace rollcall::test

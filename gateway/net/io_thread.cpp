#include "gateway/net/io_thread.h"

#include "gateway/crypto/random.h"
#include "gateway/net/acceptor.h"
#include "gateway/net/connection.h"

#include <boost/asio/post.hpp>
#include <pthread.h>
#include <signal.h>

#include <cstring>
#include <ctime>

namespace rollcall::net {
namespace {

constexpr std::size_t most_spare = 256;
constexpr std::size_t kept_capacity = 16 * 1024;

/// OpenSSL writes with write(2), which would raise SIGPIPE when the client is gone.
void block_sigpipe() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

std::uint64_t rotate(std::uint64_t value, int by) { return value << by | value >> (64 - by); }

}  // namespace

void Work::reset() {
  for (std::string* text : {&input, &output}) {
    text->clear();
    if (text->capacity() > kept_capacity) text->shrink_to_fit();
  }
  tail = {};
  sent = 0;
}

IoThread::IoThread(ServerState& state)
    : state_(state),
      work_guard_(context_.get_executor()),
      tick_timer_(context_),
      wheel_(Clock::now()) {
  random_bytes({reinterpret_cast<std::uint8_t*>(id_state_.data()), sizeof(id_state_)});
  thread_ = std::thread([this] { run(); });
}

// NOLINTNEXTLINE(bugprone-exception-escape): without memory for this the process may end
IoThread::~IoThread() {
  boost::asio::post(context_, [this] {
    stop_accepting();
    cut(true);
    tick_timer_.cancel();
    work_guard_.reset();
  });
  thread_.join();
}

void IoThread::run() {
  block_sigpipe();
  pthread_setname_np(pthread_self(), "rollcall-io");
  while (true) {
    try {
      context_.run();
      return;
    } catch (const std::exception& error) {
      state_.log.error("I/O thread: handler threw", {{"why", std::string_view(error.what())}});
    }
  }
}

void IoThread::add(std::shared_ptr<Acceptor> acceptor) {
  acceptor->start();
  acceptors_.push_back(std::move(acceptor));
}

void IoThread::add(Connection& connection) { connections_.push_back(connection); }

void IoThread::stop_accepting() {
  for (const auto& acceptor : acceptors_) acceptor->close();
  acceptors_.clear();
}

std::vector<std::shared_ptr<Connection>> IoThread::all_connections() {
  std::vector<std::shared_ptr<Connection>> all;
  for (Connection& connection : connections_) all.push_back(connection.shared_from_this());
  return all;
}

void IoThread::drain() {
  for (const auto& acceptor : acceptors_) acceptor->accept_queued();
  stop_accepting();
  draining_ = true;
  for (const auto& connection : all_connections()) connection->drain();
}

void IoThread::cut(bool stop) {
  for (const auto& connection : all_connections()) connection->cut(stop);
}

void IoThread::arm(Timed& timed, std::chrono::milliseconds after) {
  wheel_.arm(timed, Clock::now(), after);
  if (!ticking_) tick();
}

void IoThread::tick() {
  ticking_ = wheel_.armed();
  if (!ticking_) return;
  tick_timer_.expires_after(TimerWheel::tick);
  tick_timer_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    wheel_.advance(Clock::now());
    tick();
  });
}

std::unique_ptr<Work> IoThread::take_work() {
  if (spare_work_.empty()) return std::make_unique<Work>();
  std::unique_ptr<Work> work = std::move(spare_work_.back());
  spare_work_.pop_back();
  return work;
}

void IoThread::give_back(std::unique_ptr<Work> work) {
  work->reset();
  if (spare_work_.size() < most_spare) spare_work_.push_back(std::move(work));
}

std::unique_ptr<Exchange> IoThread::take_exchange() {
  if (spare_exchanges_.empty()) return std::make_unique<Exchange>();
  std::unique_ptr<Exchange> exchange = std::move(spare_exchanges_.back());
  spare_exchanges_.pop_back();
  return exchange;
}

void IoThread::give_back(std::unique_ptr<Exchange> exchange) {
  exchange->reset();
  if (spare_exchanges_.size() < most_spare) spare_exchanges_.push_back(std::move(exchange));
}

std::string_view IoThread::date() {
  const std::time_t now = std::time(nullptr);
  if (now != date_second_) {
    std::tm utc{};
    static_cast<void>(gmtime_r(&now, &utc));
    static_cast<void>(std::strftime(date_.data(), date_.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc));
    date_second_ = now;
  }
  return {date_.data(), date_.size() - 1};
}

RequestId IoThread::make_id() {
  // xoroshiro128+ (Blackman, Vigna): ids are unique, not secret.
  static constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  RequestId id;
  std::size_t at = 0;
  for (int half = 0; half < 2; ++half) {
    std::uint64_t bits = id_state_[0] + id_state_[1];
    const std::uint64_t mixed = id_state_[0] ^ id_state_[1];
    id_state_[0] = rotate(id_state_[0], 24) ^ mixed ^ (mixed << 16);
    id_state_[1] = rotate(mixed, 37);
    for (int digit = 0; digit < 10; ++digit, bits >>= 6) id[at++] = digits[bits & 63];
  }
  return id;
}

}  // namespace rollcall::net

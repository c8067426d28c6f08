#include "gateway/net/connection.h"

#include "gateway/net/proxy_protocol.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace rollcall::net {
namespace {

using Status = IoResult::Status;
using WaitType = boost::asio::posix::descriptor_base;

/// How long a closed connection takes what is still on its way, so that no reset destroys our
/// answer.
constexpr std::chrono::seconds linger_time{2};
/// While draining: how long a connection just accepted may take for its first request.
constexpr std::chrono::seconds fresh_while_draining{1};
/// One pass hands no more than this to the kernel: copying more takes the thread for too long.
constexpr std::size_t most_written_at_once = 256 * 1024;

}  // namespace

Connection::Connection(IoThread& io, std::shared_ptr<Endpoint> endpoint, Fd socket,
                       const std::optional<IpAddress>& peer, AddressCounter::Place place)
    : io_(io),
      endpoint_(std::move(endpoint)),
      place_(std::move(place)),
      descriptor_(io.executor()),
      stream_(socket.get(),
              endpoint_->tls ? endpoint_->tls->accept(socket.get()) : SslSession(nullptr)) {
  descriptor_.assign(socket.get());
  socket.release();
  endpoint_->connections.fetch_add(1);
  io_.state().connections.fetch_add(1);
  peer_.secure = stream_.secure();
  identify(peer);
  if (endpoint_->proxy_protocol && peer_.trusted) phase_ = Phase::proxy_header;
  io_.add(*this);
}

Connection::~Connection() {
  if (phase_ != Phase::closed) close();
}

void Connection::identify(const std::optional<IpAddress>& address) {
  peer_.local = !address;
  peer_.text = address ? address->text() : "unix";
  if (!address) return;
  peer_.address = *address;
  peer_.trusted = io_.state().proxies.contains(*address);
}

void Connection::start() {
  if (endpoint_->tls && !stream_.secure()) return close();
  wait();
}

void Connection::drain() {
  const bool idle = phase_ == Phase::reading && !work_;
  if (!idle && phase_ != Phase::proxy_header) return;
  limit(Deadline::none);
  step();
}

void Connection::cut(bool stop) {
  if (phase_ != Phase::closed) close();
  // A closed connection holds work only while its handler runs.
  if (!stop || !work_ || !work_->current) return;
  work_->current->cancel.emit(boost::asio::cancellation_type::terminal);
}

void Connection::expired() {
  const auto self = shared_from_this();
  switch (std::exchange(deadline_, Deadline::none)) {
    case Deadline::none:
      return;
    case Deadline::write:
    case Deadline::linger:
      return close();
    case Deadline::fresh:
    case Deadline::idle:
      return finish();
    case Deadline::head:
    case Deadline::body:
      refuse(Error(Fault::request_timeout, "The request took too long to arrive."));
      flush();
      return wait();
  }
}

/// Does what can be done now, then waits for what is missing.
void Connection::step() {
  if (phase_ == Phase::closed) return;
  if (work_ && work_->unsent() > 0 && !flush()) return wait();
  switch (phase_) {
    case Phase::proxy_header:
      return read_proxy_header();
    case Phase::reading:
      if (work_ && !work_->input.empty() && !wants_more_) {
        const std::string held = std::exchange(work_->input, {});
        return advance(held);
      }
      return receive();
    case Phase::lingering:
      return discard();
    case Phase::handling:
    case Phase::finishing:
    case Phase::closed:
      return wait();
  }
}

void Connection::wait() {
  if (phase_ == Phase::closed) return;
  if (work_ && work_->unsent() > 0) {
    limit(Deadline::write);
    return wait_ready(WaitType::wait_write);
  }
  switch (phase_) {
    case Phase::reading:
      if (work_ && work_->holds_nothing()) io_.give_back(std::move(work_));
      if (!work_ && io_.draining() && served_) return finish();
      limit(reading_deadline());
      // What is already here is taken when the others have had their turn.
      return wait_ready(has_more_to_read() ? WaitType::wait_write : WaitType::wait_read);
    case Phase::proxy_header:
      limit(Deadline::fresh);
      return wait_ready(WaitType::wait_read);
    case Phase::handling:
      return limit(Deadline::none);
    case Phase::finishing:
      return finish();
    case Phase::lingering:
      limit(Deadline::linger);
      return wait_ready(WaitType::wait_read);
    case Phase::closed:
      return;
  }
}

void Connection::wait_ready(WaitType::wait_type what) {
  bool& waiting = what == WaitType::wait_read ? waiting_read_ : waiting_write_;
  if (std::exchange(waiting, true)) return;
  descriptor_.async_wait(what, [self = shared_from_this(), what](const boost::system::error_code&) {
    (what == WaitType::wait_read ? self->waiting_read_ : self->waiting_write_) = false;
    self->step();
  });
}

/// A read came to nothing: waits, or ends with the client.
void Connection::await(Status wanted) {
  if (wanted == Status::closed || wanted == Status::failed) return close();
  if (wanted == Status::want_write) wait_ready(WaitType::wait_write);
  wait();
}

void Connection::limit(Deadline deadline) {
  if (deadline == deadline_) return;
  deadline_ = deadline;
  if (deadline == Deadline::none) return io_.disarm(*this);
  io_.arm(*this, duration(deadline));
}

/// Bytes of which the socket's readiness does not tell: held back, or already decrypted.
bool Connection::has_more_to_read() const {
  const bool held = work_ && !work_->input.empty() && !wants_more_;
  return held || stream_.has_decrypted();
}

Connection::Deadline Connection::reading_deadline() const {
  if (work_) return work_->current ? Deadline::body : Deadline::head;
  const bool fresh = !served_ && (io_.draining() || !stream_.established());
  return fresh ? Deadline::fresh : Deadline::idle;
}

std::chrono::milliseconds Connection::duration(Deadline deadline) const {
  const Limits& limits = io_.state().limits;
  switch (deadline) {
    case Deadline::fresh:
      return io_.draining() ? fresh_while_draining : limits.head;
    case Deadline::idle:
      return limits.idle;
    case Deadline::head:
      return limits.head;
    case Deadline::body:
      return limits.body;
    case Deadline::write:
      return limits.write;
    case Deadline::linger:
    case Deadline::none:
      break;
  }
  return linger_time;
}

/// The header stands before TLS begins, so no byte beyond it may be taken off the socket.
void Connection::read_proxy_header() {
  const std::span<char> scratch = io_.scratch();
  if (!work_) work_ = io_.take_work();
  const std::size_t held = work_->input.size();
  std::memcpy(scratch.data(), work_->input.data(), held);
  const ssize_t peeked =
      ::recv(stream_.socket(), scratch.data() + held, max_proxy_header - held, MSG_PEEK);
  if (peeked < 0 && (errno == EAGAIN || errno == EINTR)) return wait();
  if (peeked <= 0) return close();
  take_proxy_header({scratch.data(), held + static_cast<std::size_t>(peeked)}, held);
}

void Connection::take_proxy_header(std::string_view bytes, std::size_t held) {
  const ProxyHeader header = parse_proxy_header(bytes);
  const bool whole = header.state == ProxyHeader::State::complete;
  if (header.state == ProxyHeader::State::invalid) return close();
  work_->input = bytes;
  std::string taken((whole ? header.size : bytes.size()) - held, '\0');
  ::recv(stream_.socket(), taken.data(), taken.size(), 0);
  if (!whole) return wait();
  if (header.client) {
    identify(header.client);
    auto place =
        peer_.trusted ? AddressCounter::Place() : io_.state().addresses.take(*header.client);
    if (!place) {
      io_.state().refused.fetch_add(1);
      return close();
    }
    place_ = std::move(*place);
  }
  io_.give_back(std::move(work_));
  phase_ = Phase::reading;
  step();
}

/// Sends what is there. False when something is left, or the client is gone.
bool Connection::flush() {
  std::size_t written = 0;
  while (work_->unsent() > 0) {
    const auto [bytes, more] = work_->next();
    const IoResult sent = stream_.write(bytes.substr(0, most_written_at_once), more);
    if (sent.status == Status::closed || sent.status == Status::failed) {
      close();
      return false;
    }
    if (sent.status != Status::done) return false;
    work_->sent += sent.bytes;
    written += sent.bytes;
    if (written >= most_written_at_once && work_->unsent() > 0) return false;
  }
  complete();
  if (deadline_ == Deadline::write) limit(Deadline::none);
  return true;
}

/// All that was answered is sent, or never will be.
void Connection::complete() {
  const auto now = Exchange::Clock::now();
  for (std::unique_ptr<Exchange>& exchange : work_->answered) {
    const auto elapsed =
        std::chrono::duration_cast<std::chrono::microseconds>(now - exchange->begun);
    endpoint_->service.completed(exchange->request, exchange->response,
                                 static_cast<std::uint64_t>(elapsed.count()));
    io_.give_back(std::move(exchange));
  }
  work_->answered.clear();
  work_->output.clear();
  work_->tail = {};
  work_->sent = 0;
}

void Connection::finish() {
  unread_ |= stream_.readable();
  stream_.shut_down();
  if (!unread_) return close();
  phase_ = Phase::lingering;
  discard();
}

void Connection::discard() {
  const std::span<char> scratch = io_.scratch();
  const ssize_t got = ::recv(stream_.socket(), scratch.data(), scratch.size(), 0);
  if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return close();
  wait();
}

void Connection::close() {
  if (phase_ == Phase::closed) return;
  const bool handling = phase_ == Phase::handling;
  phase_ = Phase::closed;
  limit(Deadline::none);
  boost::system::error_code ignored;
  descriptor_.close(ignored);
  place_ = {};
  endpoint_->connections.fetch_sub(1);
  io_.state().connection_ended();
  if (!work_) return;
  complete();
  if (handling) return;
  if (work_->current) io_.give_back(std::move(work_->current));
  io_.give_back(std::move(work_));
}

}  // namespace rollcall::net

// How a connection turns bytes into requests and replies into bytes.
#include "gateway/net/connection.h"
#include "gateway/net/gzip.h"
#include "gateway/net/http_guard.h"
#include "gateway/net/response_writer.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include <cstring>

namespace rollcall::net {
namespace {

using Status = IoResult::Status;

/// Answers to pipelined requests are gathered up to this many bytes or this many requests; then the
/// thread's other connections get their turn.
constexpr std::size_t batch_bytes = 64 * 1024;
constexpr std::size_t batch_requests = 32;
/// A body from here on is sent from where it lies; a smaller one is copied behind its head.
constexpr std::size_t large_body = 32 * 1024;
/// What zlib's fast level packs within 200 µs; more is work for the compressor's thread.
constexpr std::size_t inline_gzip = 16 * 1024;
constexpr int inline_gzip_level = 1;
/// First memory for a body that has yet to arrive: what a client claims is not what it sends.
constexpr std::size_t first_body_memory = 64 * 1024;

/// Of a target that the guard refused: enough to answer in the right protocol.
std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

constexpr std::string_view allowed_methods = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

HeadLimits head_limits(const Limits& limits) { return {limits.head_bytes, limits.head_fields}; }

}  // namespace

void Connection::receive() {
  const std::span<char> scratch = io_.scratch();
  const std::size_t held = work_ ? work_->input.size() : 0;
  const IoResult got = stream_.read(scratch.subspan(held));
  if (got.status != Status::done) return await(got.status);
  if (!work_) work_ = io_.take_work();
  std::memcpy(scratch.data(), work_->input.data(), held);
  advance({scratch.data(), held + got.bytes});
}

/// Takes whole requests off `bytes`, answers them, keeps the rest. `bytes` may lie in memory that
/// the next pass of any connection overwrites.
void Connection::advance(std::string_view bytes) {
  const auto self = shared_from_this();
  in_pass_ = true;
  answer_batch(bytes);
  flush();
  in_pass_ = false;
  if (phase_ == Phase::closed && !work_) return;
  keep(bytes);
  wait();
}

void Connection::answer_batch(std::string_view& bytes) {
  wants_more_ = false;
  while (phase_ == Phase::reading && !bytes.empty() && has_room()) {
    const std::size_t used = work_->current ? read_body(bytes) : read_head(bytes);
    wants_more_ = used == 0;
    if (wants_more_) return;
    bytes.remove_prefix(used);
  }
}

bool Connection::has_room() const {
  return work_->output.size() < batch_bytes && work_->answered.size() < batch_requests &&
         work_->tail.empty();
}

void Connection::keep(std::string_view rest) {
  const bool over = phase_ == Phase::finishing || phase_ == Phase::closed;
  if (over) {
    unread_ |= !rest.empty();
    rest = {};
  }
  if (work_->current) work_->current->own();
  for (const auto& exchange : work_->answered) exchange->own();
  work_->input = rest;
}

std::size_t Connection::read_head(std::string_view bytes) {
  const auto size = parse_head(bytes, head_limits(io_.state().limits), io_.head());
  if (size && *size == 0) return 0;
  work_->current = io_.take_exchange();
  work_->current->begun = Exchange::Clock::now();
  if (!size) {
    refuse(size.error());
    return bytes.size();
  }
  const auto framing = guard(io_.head());
  if (!framing) {
    refuse(framing.error(), path_of(io_.head().target));
    return bytes.size();
  }
  return begin_request(bytes, *size, *framing);
}

std::size_t Connection::begin_request(std::string_view bytes, std::size_t head_size,
                                      const Framing& framing) {
  Exchange& exchange = *work_->current;
  const std::string_view head = bytes.substr(0, head_size);
  exchange.begin(head, io_.head(), framing, peer_, io_.state().proxies, endpoint_->address);
  const std::string& origin = io_.state().public_origin;
  if (!origin.empty()) exchange.request.origin = origin;
  if (!exchange.has_id()) exchange.set_id(io_.make_id());
  const std::size_t body_limit = endpoint_->service.body_limit(exchange.request);
  if (framing.content_length > body_limit) {
    refuse(Error(Fault::payload_too_large, "The body is larger than this resource takes."));
    return bytes.size();
  }
  const std::size_t available = bytes.size() - head_size;
  const bool whole = !framing.chunked && framing.content_length <= available;
  if (whole) {
    const std::size_t size = head_size + framing.content_length;
    exchange.set_body(bytes.substr(0, size), bytes.substr(head_size, framing.content_length));
    rest_ = bytes.size() > size;
    dispatch();
    return size;
  }
  if (framing.chunked) {
    exchange.chunks =
        std::make_unique<ChunkedBody>(head, head_limits(io_.state().limits), body_limit);
  }
  exchange.body.reserve(std::min<std::size_t>(framing.content_length, first_body_memory));
  // RFC 9110 §10.1.1: not when the client has begun to send the body.
  if (framing.expects_continue && available == 0) work_->output += "HTTP/1.1 100 Continue\r\n\r\n";
  return head_size;
}

std::size_t Connection::read_body(std::string_view bytes) {
  Exchange& exchange = *work_->current;
  if (exchange.chunks) return read_chunks(bytes);
  const std::size_t size = std::min<std::size_t>(bytes.size(), exchange.body_left);
  exchange.body.append(bytes.substr(0, size));
  exchange.body_left -= size;
  if (exchange.body_left > 0) return size;
  exchange.request.body = exchange.body;
  rest_ = bytes.size() > size;
  dispatch();
  return size;
}

std::size_t Connection::read_chunks(std::string_view bytes) {
  Exchange& exchange = *work_->current;
  const auto used = exchange.chunks->feed(bytes, exchange.body);
  if (!used) {
    refuse(used.error());
    return bytes.size();
  }
  if (!exchange.chunks->done()) return *used;
  exchange.request.body = exchange.body;
  rest_ = bytes.size() > *used;
  dispatch();
  return *used;
}

void Connection::dispatch() {
  phase_ = Phase::handling;
  limit(Deadline::none);
  io_.requests_in_progress.fetch_add(1, std::memory_order_relaxed);
  const http::Request& request = work_->current->request;
  // RFC 9110 §9.3.7: the server as a whole, no resource of the application.
  if (request.path == "*") {
    return answered(http::Response(204).with("Allow", std::string(allowed_methods)));
  }
  http::Reply reply;
  try {
    reply = endpoint_->service.handle(request);
  } catch (const std::exception& error) {
    reply = fault(error.what());
  } catch (...) {
    reply = fault("unknown exception");
  }
  if (auto* ready = std::get_if<http::Response>(&reply)) return answered(std::move(*ready));
  run(std::get<Awaitable<http::Response>>(std::move(reply)));
}

void Connection::run(Awaitable<http::Response> handler) {
  auto done = [self = shared_from_this()](const std::exception_ptr& thrown,
                                          http::Response response) {
    if (!thrown) return self->answered(std::move(response));
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& error) {
      self->answered(self->fault(error.what()));
    } catch (...) {
      self->answered(self->fault("unknown exception"));
    }
  };
  boost::asio::co_spawn(
      io_.executor(), std::move(handler),
      boost::asio::bind_cancellation_slot(work_->current->cancel.slot(), std::move(done)));
}

/// What escaped from a handler: logged with its cause, answered without.
http::Response Connection::fault(std::string_view why) {
  const http::Request& request = work_->current->request;
  if (phase_ != Phase::closed) {
    io_.state().log.error("handler threw",
                          {{"id", request.id}, {"path", request.path}, {"why", why}});
  }
  const Error error(Fault::internal, "Internal error.", std::string(why));
  return endpoint_->service.refuse(request.path, error);
}

/// Answers the current request, or what could not become one, with an error; then the connection
/// ends.
void Connection::refuse(const Error& error) {
  refuse(error, work_ && work_->current ? work_->current->request.path : std::string_view());
}

void Connection::refuse(const Error& error, std::string_view path) {
  if (!work_) work_ = io_.take_work();
  if (!work_->current) {
    work_->current = io_.take_exchange();
    work_->current->begun = Exchange::Clock::now();
  }
  Exchange& exchange = *work_->current;
  if (!exchange.has_id()) exchange.set_id(io_.make_id());
  exchange.keep_alive = false;
  exchange.response = endpoint_->service.refuse(path, error);
  unread_ = true;
  deliver();
}

void Connection::answered(http::Response response) {
  const auto self = shared_from_this();
  io_.requests_in_progress.fetch_sub(1, std::memory_order_relaxed);
  Exchange& exchange = *work_->current;
  exchange.response = std::move(response);
  if (phase_ == Phase::closed) {
    work_->answered.push_back(std::move(work_->current));
    complete();
    return io_.give_back(std::move(work_));
  }
  if (!has_clean_fields(exchange.response)) {
    exchange.response = fault("a field value of the answer would end its line");
  }
  if (compress()) return;
  deliver();
  if (!in_pass_) go_on();
}

/// True when the compressor's thread has taken the body; packed() goes on then.
bool Connection::compress() {
  http::Response& response = work_->current->response;
  const std::size_t size = response.body.size();
  if (size < io_.state().limits.gzip_from || !is_compressible(response.content_type)) return false;
  for (const http::ResponseField& field : response.fields) {
    if (field.name == "Content-Encoding") return false;
  }
  response.with("Vary", "Accept-Encoding");
  const auto accepted = work_->current->request.field("Accept-Encoding");
  if (!accepted || !accepts_gzip(*accepted)) return false;
  if (size <= inline_gzip) {
    response.body = io_.gzip().compress(response.body, inline_gzip_level);
    response.with("Content-Encoding", "gzip");
    return false;
  }
  return io_.state().compressor.start(response.body, io_.context(),
                                      [self = shared_from_this()](std::optional<std::string> body) {
                                        self->packed(std::move(body));
                                      });
}

void Connection::packed(std::optional<std::string> body) {
  if (phase_ == Phase::closed) {
    work_->answered.push_back(std::move(work_->current));
    complete();
    return io_.give_back(std::move(work_));
  }
  if (body) {
    work_->current->response.body = *std::move(body);
    work_->current->response.with("Content-Encoding", "gzip");
  }
  deliver();
  go_on();
}

/// After an answer that came later: sends it, and takes up the requests that lie behind it.
void Connection::go_on() {
  if (has_more_to_read()) return step();
  flush();
  wait();
}

/// Puts the answer into the output.
void Connection::deliver() {
  Exchange& exchange = *work_->current;
  const http::Response& response = exchange.response;
  const bool last = io_.draining() && !rest_ && !stream_.readable();
  const bool keep_alive = exchange.keep_alive && !response.close && !last;
  const WireContext context{io_.date(), exchange.request.id, keep_alive, exchange.http10};
  append_head(work_->output, response, context);
  if (exchange.request.method != http::Method::head && has_body(response.status)) {
    if (response.body.size() >= large_body) {
      work_->tail = response.body;
    } else {
      work_->output += response.body;
    }
  }
  served_ = true;
  phase_ = keep_alive ? Phase::reading : Phase::finishing;
  limit(Deadline::none);
  work_->answered.push_back(std::move(work_->current));
}

}  // namespace rollcall::net

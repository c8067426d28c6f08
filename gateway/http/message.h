#pragma once

#include "gateway/base/error.h"
#include "gateway/http/async.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::http {

enum class Method { get, head, post, put, patch, delete_, options };

/// "GET"; nothing for a method that no route of ours has.
std::string_view name(Method method);
std::optional<Method> parse_method(std::string_view text);

struct Field {
  std::string_view name;
  std::string_view value;
};

/// One request, framed, guarded and complete. Its views live until its response has been written,
/// but a coroutine that a handler starts copies what it needs: it gets no Request.
struct Request {
  Method method = Method::get;
  /// Percent-encoded as sent, without the query; begins with '/'.
  std::string_view path;
  /// What follows '?', percent-encoded as sent.
  std::string_view query;
  std::vector<Field> fields;
  std::string_view body;
  /// Our id of this request, or the caller's X-Request-Id when that is 1–128 characters of
  /// [A-Za-z0-9._-].
  std::string_view id;
  /// Address of the client: the peer, or what a trusted proxy said (PROXY protocol,
  /// X-Forwarded-For).
  std::string_view client_address;
  /// Scheme and authority under which the client knows us: "https://scim.example.com".
  std::string_view origin;
  /// Arrived over the local Unix socket, whose owner is the operator.
  bool local = false;

  /// The first field of this name (any case), or nothing.
  std::optional<std::string_view> field(std::string_view name) const;
};

struct ResponseField {
  std::string_view name;  // a literal
  std::string value;
};

struct Response {
  Response() = default;
  explicit Response(int code) : status(code) {}
  Response(int code, std::string_view type, std::string content)
      : status(code), content_type(type), body(std::move(content)) {}

  int status = 204;
  /// A literal; empty without a body.
  std::string_view content_type;
  std::string body;
  std::vector<ResponseField> fields;
  /// The pattern that matched ("/scim/v2/Users/{id}"), for metrics and logs; a literal.
  std::string_view route;
  /// Cause for the log; never sent.
  std::string why;
  bool close = false;

  Response& with(std::string_view name, std::string value) & {
    fields.push_back({name, std::move(value)});
    return *this;
  }
  Response&& with(std::string_view name, std::string value) && {
    return std::move(this->with(name, std::move(value)));
  }
};

/// The answer, or a coroutine that ends in it. Handlers are plain functions on the I/O thread: they
/// turn the request into values and either answer at once or start work with those values.
using Reply = std::variant<Response, Awaitable<Response>>;
using Handler = std::function<Reply(const Request&)>;

/// What the server asks of the application; called on the I/O thread of the connection, from
/// several threads at once. `handle` may throw: the server answers 500 by `refuse`.
class Service {
 public:
  virtual ~Service() = default;
  /// Largest body this request may carry, decided on its head alone.
  virtual std::size_t body_limit(const Request& head) const = 0;
  virtual Reply handle(const Request& request) = 0;
  /// The protocol's rendering of an error that arose outside a handler: framing, limits, time, a
  /// fault. `path` is empty when not even the request line could be read.
  virtual Response refuse(std::string_view path, const Error& error) = 0;
  /// After the last byte of the answer was handed to the kernel (or the client was gone).
  virtual void completed(const Request& request, const Response& response,
                         std::uint64_t microseconds) noexcept = 0;
};

}  // namespace rollcall::http

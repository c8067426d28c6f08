#include "gateway/net/exchange.h"

#include "gateway/base/text.h"

#include <algorithm>

namespace rollcall::net {
namespace {

/// Memory of a string that one request needed but the next will not.
constexpr std::size_t kept_capacity = 16 * 1024;

bool is_request_id(std::string_view text) {
  return !text.empty() && text.size() <= 128 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
  });
}

std::string_view request_id(const std::vector<http::Field>& fields) {
  for (const http::Field& field : fields) {
    if (field.name.size() == 12 && iequals(field.name, "X-Request-Id")) {
      return is_request_id(field.value) ? field.value : std::string_view();
    }
  }
  return {};
}

void empty(std::string& text) {
  text.clear();
  if (text.capacity() > kept_capacity) text.shrink_to_fit();
}

}  // namespace

void Exchange::begin(std::string_view message, RequestHead& head, const Framing& framing,
                     const Peer& peer, const TrustedProxies& proxies,
                     std::string_view fallback_host) {
  message_ = message;
  keep_alive = framing.keep_alive;
  http10 = head.version == 10;
  body_left = framing.content_length;
  request.method = framing.method;
  request.path = framing.path;
  request.query = framing.query;
  request.fields.swap(head.fields);
  request.id = request_id(request.fields);
  request.local = peer.local;
  request.client_address = peer.text;

  std::string_view scheme = peer.secure ? "https" : "http";
  std::string_view host = framing.host.empty() ? fallback_host : framing.host;
  if (peer.trusted) {
    const Forwarded said = forwarded(request.fields, peer.address, proxies);
    client_ = said.client.text();
    request.client_address = client_;
    if (!said.scheme.empty()) scheme = said.scheme;
    if (!said.host.empty()) host = said.host;
  }
  origin_.assign(scheme).append("://").append(host);
  request.origin = origin_;
}

void Exchange::set_id(const RequestId& id) {
  id_ = id;
  request.id = {id_.data(), id_.size()};
}

void Exchange::set_body(std::string_view message, std::string_view whole) {
  message_ = message;
  request.body = whole;
  body_left = 0;
}

void Exchange::own() {
  if (message_.empty()) return;
  bytes_ = message_;
  const auto rebase = [&](std::string_view& view) {
    const std::less_equal<const char*> before;
    const bool inside = before(message_.data(), view.data()) &&
                        before(view.data() + view.size(), message_.data() + message_.size());
    if (inside) view = {bytes_.data() + (view.data() - message_.data()), view.size()};
  };
  rebase(request.path);
  rebase(request.query);
  rebase(request.body);
  rebase(request.id);
  for (http::Field& field : request.fields) {
    rebase(field.name);
    rebase(field.value);
  }
  message_ = {};
}

void Exchange::reset() {
  std::vector<http::Field> fields = std::move(request.fields);
  fields.clear();
  request = http::Request();
  request.fields = std::move(fields);
  response = http::Response();
  chunks.reset();
  cancel.slot().clear();
  body_left = 0;
  message_ = {};
  empty(bytes_);
  empty(body);
}

}  // namespace rollcall::net

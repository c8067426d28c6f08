#include "gateway/net/request_head.h"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace rollcall::net {
namespace {

namespace beast_http = boost::beast::http;
using boost::beast::error_code;
using BeastView = boost::beast::string_view;

std::string_view view(BeastView text) { return {text.data(), text.size()}; }

Error translate(const error_code& error) {
  using beast_http::error;
  if (error == error::header_limit) {
    return Error(Fault::header_too_large, "The header fields are too large.");
  }
  if (error == error::body_limit) {
    return Error(Fault::payload_too_large, "The body is larger than this resource takes.");
  }
  if (error == error::bad_version) {
    return Error(Fault::not_implemented, "HTTP/1.1 and HTTP/1.0 are spoken here.");
  }
  return Error(Fault::invalid_syntax, "The request is not valid HTTP/1.1.", error.message());
}

/// What is common to both uses of Beast's parser; the derived one takes what it wants.
class RequestParser : public beast_http::basic_parser<true> {
 protected:
  void on_request_impl(beast_http::verb, BeastView, BeastView, int, error_code&) override {}
  void on_response_impl(int, BeastView, int, error_code&) override {}
  void on_field_impl(beast_http::field, BeastView, BeastView, error_code&) override {}
  void on_header_impl(error_code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
  std::size_t on_body_impl(BeastView body, error_code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, BeastView, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView body, error_code&) override {
    return body.size();
  }
  void on_finish_impl(error_code&) override {}
};

class HeadParser final : public RequestParser {
 public:
  HeadParser(HeadLimits limits, RequestHead& head) : limits_(limits), head_(head) {
    header_limit(static_cast<std::uint32_t>(limits.bytes));
    body_limit(boost::none);
    head_.fields.clear();
  }

 private:
  void on_request_impl(beast_http::verb, BeastView method, BeastView target, int version,
                       error_code&) override {
    head_.method = view(method);
    head_.target = view(target);
    head_.version = static_cast<unsigned>(version);
  }
  void on_field_impl(beast_http::field, BeastView name, BeastView value,
                     error_code& error) override {
    if (head_.fields.size() == limits_.fields) error = beast_http::error::header_limit;
    head_.fields.push_back({view(name), view(value)});
  }

  HeadLimits limits_;
  RequestHead& head_;
};

/// Beast unfolds obs-fold (RFC 9112 §5.2); then there are more lines than fields, request line and
/// end.
bool is_folded(std::string_view bytes, const RequestHead& head) {
  const auto lines = static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  return lines != head.fields.size() + 2;
}

}  // namespace

Result<std::size_t> parse_head(std::string_view bytes, HeadLimits limits, RequestHead& head) {
  HeadParser parser(limits, head);
  error_code error;
  const std::size_t used = parser.put({bytes.data(), bytes.size()}, error);
  if (error == beast_http::error::need_more) return std::size_t{0};
  if (error) return translate(error);
  if (is_folded(bytes.substr(0, used), head)) {
    return Error(Fault::invalid_syntax, "A header field is folded.");
  }
  return used;
}

class ChunkedBody::Parser final : public RequestParser {
 public:
  Parser(HeadLimits limits, std::size_t max_body) : extension_bytes_left_(limits.bytes) {
    header_limit(static_cast<std::uint32_t>(limits.bytes));
    body_limit(max_body);
    eager(true);
  }

  std::string* body = nullptr;

 private:
  void on_chunk_header_impl(std::uint64_t, BeastView extensions, error_code& error) override {
    if (extensions.size() > extension_bytes_left_) error = beast_http::error::bad_chunk_extension;
    extension_bytes_left_ -= std::min(extensions.size(), extension_bytes_left_);
  }
  std::size_t on_chunk_body_impl(std::uint64_t, BeastView bytes, error_code&) override {
    body->append(bytes.data(), bytes.size());
    return bytes.size();
  }

  std::size_t extension_bytes_left_;
};

ChunkedBody::ChunkedBody(std::string_view head, HeadLimits limits, std::size_t body_limit)
    : parser_(std::make_unique<Parser>(limits, body_limit)), overhead_limit_(limits.bytes) {
  error_code error;
  parser_->put({head.data(), head.size()}, error);
}

ChunkedBody::~ChunkedBody() = default;

bool ChunkedBody::done() const { return parser_->is_done(); }

Result<std::size_t> ChunkedBody::feed(std::string_view bytes, std::string& body) {
  if (bytes.size() < least_rest_of_chunks) return std::size_t{0};
  parser_->body = &body;
  error_code error;
  const std::size_t used = parser_->put({bytes.data(), bytes.size()}, error);
  if (error && error != beast_http::error::need_more) return translate(error);
  // Beast 1.81 wants a chunk header and the trailers whole and sets them no limit.
  if (!done() && bytes.size() - used > overhead_limit_) {
    return Error(Fault::header_too_large, "The chunk header or trailer is too large.");
  }
  return used;
}

}  // namespace rollcall::net

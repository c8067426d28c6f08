#include "gateway/net/outgoing_message.h"

#include "gateway/base/text.h"
#include "gateway/net/request_head.h"

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <algorithm>
#include <stdexcept>

namespace rollcall::net {
namespace {

namespace beast_http = boost::beast::http;

constexpr std::uint32_t most_head = 64 * 1024;
constexpr int most_interim = 16;

Error unavailable(std::string detail) { return Error(Fault::unavailable, std::move(detail)); }

void append_field(std::string& out, std::string_view name, std::string_view value) {
  const auto ends_line = [](char c) { return c == '\r' || c == '\n' || c == '\0'; };
  if (std::any_of(name.begin(), name.end(), ends_line) ||
      std::any_of(value.begin(), value.end(), ends_line)) {
    throw std::invalid_argument("a header field contains a line end");
  }
  out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string write_request(std::string_view method, std::string_view target,
                          std::string_view authority,
                          const std::vector<std::pair<std::string, std::string>>& fields,
                          std::string_view body) {
  std::string out(method);
  out.append(" ").append(target).append(" HTTP/1.1\r\n");
  const bool host_given = std::any_of(
      fields.begin(), fields.end(), [](const auto& field) { return iequals(field.first, "Host"); });
  if (!host_given) append_field(out, "Host", authority);
  for (const auto& [name, value] : fields) append_field(out, name, value);
  const bool carries = !body.empty() || method == "POST" || method == "PUT" || method == "PATCH";
  if (carries) append_field(out, "Content-Length", std::to_string(body.size()));
  return out.append("\r\n").append(body);
}

struct AnswerParser::Message {
  beast_http::response_parser<beast_http::string_body> parser;
};

AnswerParser::AnswerParser(bool head_only, std::size_t most_body)
    : head_only_(head_only), most_body_(most_body) {
  next_message();
}

AnswerParser::~AnswerParser() = default;

void AnswerParser::next_message() {
  message_ = std::make_unique<Message>();
  message_->parser.skip(head_only_);
  message_->parser.eager(true);
  message_->parser.header_limit(most_head);
  message_->parser.body_limit(most_body_);
}

Result<bool> AnswerParser::put(std::string_view bytes) {
  began_ = began_ || !bytes.empty();
  buffer_.append(bytes);
  while (!buffer_.empty()) {
    boost::system::error_code error;
    auto& parser = message_->parser;
    const bool in_chunks = parser.is_header_done() && parser.chunked();
    if (in_chunks && buffer_.size() < least_rest_of_chunks) return false;
    buffer_.erase(0, parser.put(boost::asio::buffer(buffer_), error));
    if (error && error != beast_http::error::need_more) {
      return unavailable("The answer is not valid HTTP: " + error.message() + ".");
    }
    if (!parser.is_done()) break;
    const unsigned status = parser.get().result_int();
    if (status / 100 != 1) return true;
    // RFC 9110 §15.2: interim answers come first, but 101 only to who asked for it.
    if (status == 101 || ++interim_ > most_interim) {
      return unavailable("The answer is not valid HTTP: unexpected status 1xx.");
    }
    next_message();
  }
  // What the parser left lying is an unfinished line of a head, of a chunk or of trailers, for
  // which Beast has no limit everywhere.
  if (buffer_.size() > most_head) {
    return unavailable("The answer is not valid HTTP: header limit exceeded.");
  }
  return false;
}

Result<> AnswerParser::put_end() {
  if (!message_->parser.got_some()) return unavailable("The server closed the connection.");
  boost::system::error_code error;
  message_->parser.put_eof(error);
  if (error) return unavailable("The server closed in the middle of its answer.");
  return {};
}

bool AnswerParser::keeps_connection() const {
  return buffer_.empty() && message_->parser.is_done() && message_->parser.keep_alive();
}

http::FetchResponse AnswerParser::take() {
  http::FetchResponse response;
  auto message = message_->parser.release();
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) {
    response.fields.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  response.body = std::move(message.body());
  return response;
}

}  // namespace rollcall::net

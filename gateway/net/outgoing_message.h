#pragma once

#include "gateway/base/result.h"
#include "gateway/http/fetch.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::net {

/// A request as it goes on the wire, HTTP/1.1; `authority` is its Host unless the fields have one.
/// Throws std::invalid_argument when a field would be more than one line.
std::string write_request(std::string_view method, std::string_view target,
                          std::string_view authority,
                          const std::vector<std::pair<std::string, std::string>>& fields,
                          std::string_view body);

/// Reads one answer from bytes as they come; interim ones (1xx) are passed over. Heads and what
/// stands between chunks have at most 64 KiB. Errors are `unavailable` with a sentence.
class AnswerParser {
 public:
  /// `head_only`: the answer to HEAD, which has no body. `most_body` in bytes.
  AnswerParser(bool head_only, std::size_t most_body);
  ~AnswerParser();

  /// True when the answer is whole; then nothing more is put.
  Result<bool> put(std::string_view bytes);
  /// The server has closed: the end of an answer that says no length, else an error.
  Result<> put_end();

  /// Some byte of an answer has come.
  bool began() const { return began_; }
  /// Once whole: its connection may take another request.
  bool keeps_connection() const;
  /// Once whole.
  http::FetchResponse take();

 private:
  struct Message;
  void next_message();

  bool head_only_;
  std::size_t most_body_;
  bool began_ = false;
  int interim_ = 0;
  std::string buffer_;
  std::unique_ptr<Message> message_;
};

}  // namespace rollcall::net

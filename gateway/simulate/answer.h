#pragma once

#include "gateway/base/json.h"
#include "gateway/simulate/transport.h"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::simulate {

/// One answer of the server, its body read as JSON when it is JSON.
class Answer {
 public:
  Answer() = default;
  explicit Answer(Incoming incoming);

  int status() const { return incoming_.status; }
  const Incoming& incoming() const { return incoming_; }
  bool is_json() const { return is_json_; }
  const json::Value& document() const { return document_; }

  /// The value at a path like "Resources/0/name/familyName" or "emails/type=work/value" (the first
  /// element whose `type` is "work"), or null. Names match in any case (RFC 7643 §2.1).
  const json::Value* at(std::string_view path) const;
  /// The `value` of every element of the array at `path`, sorted.
  std::vector<std::string> values_of(std::string_view path) const;

 private:
  Incoming incoming_;
  json::Value document_;
  bool is_json_ = false;
};

/// A number or true or "text" as a person would write it, for messages.
std::string in_words(const json::Value* value);

}  // namespace rollcall::simulate

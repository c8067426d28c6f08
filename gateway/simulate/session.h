#pragma once

#include "gateway/base/error.h"
#include "gateway/simulate/expectation.h"
#include "gateway/simulate/record.h"
#include "gateway/simulate/transport.h"
#include "gateway/simulate/variables.h"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::simulate {

/// How one IdP's HTTP client writes its requests.
struct Profile {
  /// Sent with each request, Authorization apart.
  Fields fields;
  /// What a Content-Type of an answer must begin with, any of these, and who demands it.
  std::vector<std::string> media_types;
  std::string_view media_type_source;
  /// A space in a query is '+' rather than %20.
  bool plus_for_space = false;
};

/// Not one answer arrived: the address is wrong or the server is down. An exception, because it
/// ends the command instead of failing a step.
class Unreachable {
 public:
  explicit Unreachable(Error error) : error_(std::move(error)) {}
  const Error& error() const { return error_; }

 private:
  Error error_;
};

/// Plays steps: fills in the variables, sends, judges, records. One thread.
class Session {
 public:
  /// `authorization` is the value of the Authorization field; `observer` sees each record at once.
  Session(Transport transport, Profile profile, std::string authorization, Variables known,
          std::function<void(const Record&)> observer);

  void set_profile(Profile profile) { profile_ = std::move(profile); }
  void section(std::string_view title) { section_ = title; }
  Variables& known() { return known_; }

  /// `request_line` is "GET /Users?filter=userName eq \"{{user}}\"": readable, the query is encoded
  /// here. The first expectation is that of the status: when it fails, the others are noise. The
  /// answer lives until the next step; it is empty when nothing was sent or nothing came back.
  const Answer& step(std::string_view name, std::string_view request_line, std::string_view body,
                     const std::vector<Expectation>& expectations);
  const Answer& step(std::string_view name, std::string_view request_line,
                     const std::vector<Expectation>& expectations) {
    return step(name, request_line, {}, expectations);
  }
  /// The same with another value of the Authorization field.
  const Answer& step_as(std::string authorization, std::string_view name,
                        std::string_view request_line,
                        const std::vector<Expectation>& expectations);
  /// DELETEs what `target` names, if its variables are known.
  void clean_up(std::string_view name, std::string_view target);

 private:
  Result<Outgoing> prepare(std::string_view request_line, std::string_view body,
                           Record& record) const;
  void judge(const std::vector<Expectation>& expectations, Record& record);
  std::optional<Failure> judge_media_type() const;

  Transport transport_;
  Profile profile_;
  std::string authorization_;
  Variables known_;
  std::function<void(const Record&)> observer_;
  std::string section_;
  Answer answer_;
  bool answered_ = false;
};

/// A readable target as it goes on the wire: its variables filled in, they and the values of the
/// query percent-encoded.
Result<std::string> encode_target(std::string_view readable, const Variables& known,
                                  bool plus_for_space);

}  // namespace rollcall::simulate

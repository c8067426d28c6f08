#include "gateway/simulate/session.h"

#include "gateway/base/text.h"
#include "gateway/http/url.h"

#include <algorithm>
#include <utility>

namespace rollcall::simulate {

namespace {

std::string encode_value(std::string_view text, bool plus_for_space) {
  std::string encoded = http::percent_encode(text);
  if (!plus_for_space) return encoded;
  for (auto at = encoded.find("%20"); at != encoded.npos; at = encoded.find("%20", at)) {
    encoded.replace(at, 3, "+");
  }
  return encoded;
}

}  // namespace

Result<std::string> encode_target(std::string_view readable, const Variables& known,
                                  bool plus_for_space) {
  const auto mark = readable.find('?');
  TRY(std::string target, known.expand(readable.substr(0, mark), http::percent_encode));
  if (mark == readable.npos) return target;
  readable.remove_prefix(mark + 1);
  char separator = '?';
  while (!readable.empty()) {
    const auto parameter = readable.substr(0, readable.find('&'));
    readable.remove_prefix(std::min(readable.size(), parameter.size() + 1));
    const auto equals = parameter.find('=');
    target.append(1, separator).append(parameter.substr(0, equals));
    if (equals != parameter.npos) {
      TRY(const std::string value, known.expand(parameter.substr(equals + 1)));
      target.append(1, '=').append(encode_value(value, plus_for_space));
    }
    separator = '&';
  }
  return target;
}

Session::Session(Transport transport, Profile profile, std::string authorization, Variables known,
                 std::function<void(const Record&)> observer)
    : transport_(std::move(transport)),
      profile_(std::move(profile)),
      authorization_(std::move(authorization)),
      known_(std::move(known)),
      observer_(std::move(observer)) {}

const Answer& Session::step(std::string_view name, std::string_view request_line,
                            std::string_view body, const std::vector<Expectation>& expectations) {
  Record record;
  record.section = section_;
  record.name = name;
  answer_ = Answer();
  const auto outgoing = prepare(request_line, body, record);
  if (!outgoing) {
    record.failures.push_back(
        {"what an earlier step yields", outgoing.error().detail(), "not sent"});
  } else if (auto incoming = transport_(*outgoing); !incoming) {
    if (!answered_) throw Unreachable(std::move(incoming).error());
    record.failures.push_back({"an answer", incoming.error().detail(), "RFC 9110"});
  } else {
    answered_ = true;
    answer_ = Answer(*std::move(incoming));
    judge(expectations, record);
  }
  observer_(record);
  return answer_;
}

const Answer& Session::step_as(std::string authorization, std::string_view name,
                               std::string_view request_line,
                               const std::vector<Expectation>& expectations) {
  std::swap(authorization, authorization_);
  const Answer& answer = step(name, request_line, expectations);
  std::swap(authorization, authorization_);
  return answer;
}

void Session::clean_up(std::string_view name, std::string_view target) {
  if (!known_.expand(target)) return;
  step(name, "DELETE " + std::string(target), {status({204}, "RFC 7644 §3.6")});
}

Result<Outgoing> Session::prepare(std::string_view request_line, std::string_view body,
                                  Record& record) const {
  const auto space = request_line.find(' ');
  record.method = request_line.substr(0, space);
  const auto readable = request_line.substr(space + 1);
  record.target = readable;
  TRY(record.target, known_.expand(readable));
  TRY(record.request_body, known_.expand(body));

  Outgoing outgoing;
  outgoing.method = record.method;
  TRY(outgoing.target, encode_target(readable, known_, profile_.plus_for_space));
  outgoing.fields = profile_.fields;
  outgoing.fields.emplace_back("Authorization", authorization_);
  outgoing.body = record.request_body;
  return outgoing;
}

void Session::judge(const std::vector<Expectation>& expectations, Record& record) {
  record.status = answer_.status();
  record.took = answer_.incoming().took;
  record.response_body = answer_.incoming().body;
  for (std::size_t i = 0; i < expectations.size(); ++i) {
    // All run, since some learn; but after a wrong status the rest only repeats it.
    auto wrong = expectations[i](answer_, known_);
    const bool wrong_status =
        i > 0 && !record.failures.empty() && record.failures.front().expected.starts_with("status");
    if (wrong && !wrong_status) record.failures.push_back(*std::move(wrong));
  }
  if (auto wrong = judge_media_type()) record.failures.push_back(*std::move(wrong));
}

std::optional<Failure> Session::judge_media_type() const {
  if (answer_.incoming().body.empty()) return std::nullopt;
  const auto type = answer_.incoming().field("Content-Type").value_or("none");
  const bool known = std::ranges::any_of(profile_.media_types, [&](const std::string& wanted) {
    return iequals(type.substr(0, wanted.size()), wanted);
  });
  if (known) return std::nullopt;
  return Failure{"Content-Type " + profile_.media_types.front(), std::string(type),
                 std::string(profile_.media_type_source)};
}

}  // namespace rollcall::simulate

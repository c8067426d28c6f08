#include "gateway/sign_in/pages.h"

#include "gateway/crypto/base64.h"
#include "gateway/crypto/digest.h"
#include "gateway/sign_in/page_sources.h"

#include <kainjow/mustache.hpp>

#include <algorithm>
#include <stdexcept>

namespace rollcall::sign_in {
namespace {

namespace mustache = kainjow::mustache;

constexpr std::string_view title_mark = "Title: ";

std::string_view source(std::string_view name) {
  const auto all = page_sources();
  const auto found = std::ranges::find(all, name, &PageSource::name);
  if (found == all.end()) throw std::logic_error("there is no page " + std::string(name));
  return found->text;
}

mustache::data mustache_of(const json::Value& value) {
  if (const std::string* text = value.string()) return *text;
  if (const bool* flag = value.boolean()) return *flag;
  if (const std::int64_t* number = value.integer()) return std::to_string(*number);
  if (const json::Array* array = value.array()) {
    mustache::data list(mustache::data::type::list);
    for (const json::Value& item : *array) list.push_back(mustache_of(item));
    return list;
  }
  mustache::data data;
  if (const json::Object* object = value.object()) {
    for (const json::Member& member : *object) data.set(member.name, mustache_of(member.value));
  }
  return data;
}

std::string fill(std::string_view text, const mustache::data& data) {
  mustache::mustache form{std::string(text)};
  std::string filled = form.render(data);
  if (!form.is_valid()) throw std::logic_error("a page is malformed: " + form.error_message());
  return filled;
}

/// form-action is left out: browsers would also hold the 303 to the IdP against it.
std::string content_security_policy() {
  std::string hash = base64url_encode(as_bytes(sha256(source("style"))));
  std::ranges::replace(hash, '-', '+');
  std::ranges::replace(hash, '_', '/');
  return "default-src 'none'; style-src 'sha256-" + hash +
         "='; img-src 'self' data:; base-uri 'none'; frame-ancestors 'none'";
}

/// What a refusal says; one text for all reasons that a stranger must not tell apart.
struct Wording {
  int status;
  const char* heading;
  const char* sentence;
  const char* advice;
  const char* again;
};

constexpr Wording link_over{400, "This sign-in has run out",
                            "It took more than ten minutes, was finished already, or began in "
                            "another browser.",
                            "Nothing is lost: just start again.", "Start again"};
constexpr Wording bad_link{400, "This link does not work",
                           "Something in its address is not as it should be.",
                           "Go back to where you found it and try once more.", "Go to the sign-in"};
constexpr Wording nothing_here{404, "There is nothing here", "This address leads to no sign-in.",
                               "Look at it again, or start at the sign-in page.",
                               "Go to the sign-in"};
constexpr Wording closed{403, "This way in is closed",
                         "People cannot sign in this way at the moment.",
                         "Ask your administrator whether there is another way.", "Try again"};
constexpr Wording not_let_in{403, "You cannot come in",
                             "Your company has confirmed who you are, but you cannot use this with "
                             "your account.",
                             "Ask your administrator for access.", "Try again"};
constexpr Wording not_accepted{403, "The sign-in did not work",
                               "We could not accept the answer of your company's sign-in page.",
                               "Try once more. If it happens again, tell your administrator.",
                               "Try again"};
constexpr Wording no_answer{502, "Your company's sign-in page does not answer",
                            "We could not reach it just now.", "Wait a minute, then try again.",
                            "Try again"};
constexpr Wording out_of_order{503, "We cannot sign you in right now",
                               "Something on our side does not work at the moment.",
                               "Wait a minute, then try again.", "Try again"};
constexpr Wording too_many{429, "Too many sign-ins at once",
                           "Too many people, or programs, try to sign in from where you are.",
                           "Wait a moment, then try again.", "Go to the sign-in"};

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
  return std::ranges::find(codes, code) != codes.end();
}

const Wording& wording(const Error& error) {
  const std::string_view code = error.code();
  if (is_one_of(code, {"state_unknown"})) return link_over;
  if (is_one_of(code, {"idp_unreachable"})) return no_answer;
  if (is_one_of(code, {"connection_incomplete", "connection_disabled"})) return closed;
  if (is_one_of(code, {"user_not_provisioned", "user_deactivated", "seat_limit", "billing_seats",
                       "domain_not_allowed", "email_unverified", "groups_absent_denied",
                       "group_not_allowed", "subject_conflict", "ip_rule"})) {
    return not_let_in;
  }
  switch (refusal_status(error)) {
    case 400:
      return bad_link;
    case 404:
      return nothing_here;
    case 429:
      return too_many;
    case 502:
      return no_answer;
    case 503:
      return out_of_order;
    default:
      return not_accepted;
  }
}

http::Response refusal(const Error& error, const std::string& trace, json::Object more) {
  const Wording& words = wording(error);
  json::Object data{{"heading", words.heading},
                    {"sentence", words.sentence},
                    {"advice", words.advice},
                    {"again_label", words.again},
                    {"trace", trace.empty() ? json::Value(false) : json::Value(trace)}};
  for (json::Member& member : more.members()) data.set(member.name, std::move(member.value));
  http::Response response = page(refusal_status(error), "refused", data);
  response.why = error.why();
  if (!trace.empty()) response.with(trace_field, trace);
  if (response.status == 503) response.with("Retry-After", "5");
  return response;
}

}  // namespace

http::Response page(int status, std::string_view name, const json::Object& data) {
  static const std::string policy = content_security_policy();
  const std::string_view text = source(name);
  if (!text.starts_with(title_mark)) throw std::logic_error("a page without a title");
  const std::size_t line = text.find('\n');
  const mustache::data values = mustache_of(data);
  const std::string_view title = text.substr(title_mark.size(), line - title_mark.size());
  mustache::data whole;
  // The layout escapes the title, once.
  mustache::mustache heading{std::string(title)};
  heading.set_custom_escape([](const std::string& plain) { return plain; });
  whole.set("title", heading.render(values));
  whole.set("style", std::string(source("style")));
  whole.set("content", fill(text.substr(line + 1), values));
  http::Response response(status, "text/html; charset=utf-8", fill(source("layout"), whole));
  response.with("Content-Security-Policy", policy)
      .with("X-Frame-Options", "DENY")
      .with("Cache-Control", "no-store");
  return response;
}

http::Response refusal_page(const Error& error, const std::string& trace,
                            const std::string& again) {
  json::Object more;
  if (!again.empty()) more.append("again", again);
  return refusal(error, trace, std::move(more));
}

http::Response refused_test_page(const Error& error, const std::string& trace) {
  return refusal(error, trace,
                 {{"heading", "The test sign-in did not pass"},
                  {"sentence", "Nobody was signed in and nothing was changed."},
                  {"advice", "Change the settings of the connection and test them again."},
                  {"reason", error.code()},
                  {"why", error.why().empty() ? error.detail() : error.why()}});
}

int refusal_status(const Error& error) {
  if (error.code() == "idp_unreachable") return 502;
  if (error.code() == "state_unknown") return 400;
  switch (error.fault()) {
    case Fault::invalid_syntax:
    case Fault::invalid_filter:
    case Fault::invalid_path:
    case Fault::no_target:
    case Fault::invalid_value:
    case Fault::invalid_version:
    case Fault::mutability:
    case Fault::too_many:
    case Fault::method_not_allowed:
    case Fault::not_acceptable:
    case Fault::unsupported_media_type:
    case Fault::request_timeout:
    case Fault::payload_too_large:
    case Fault::header_too_large:
    case Fault::precondition_required:
    case Fault::version_mismatch:
      return 400;
    case Fault::uniqueness:
    case Fault::conflict:
    case Fault::unauthenticated:
    case Fault::forbidden:
      return 403;
    case Fault::not_found:
      return 404;
    case Fault::rate_limited:
      return 429;
    case Fault::not_implemented:
    case Fault::unavailable:
    case Fault::internal:
      return 503;
  }
  return 503;
}

http::Response redirect(std::string location) {
  http::Response response(303);
  response.with("Location", std::move(location)).with("Cache-Control", "no-store");
  return response;
}

}  // namespace rollcall::sign_in

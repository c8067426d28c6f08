#pragma once

#include "gateway/base/json.h"
#include "gateway/http/fetch.h"
#include "gateway/http/url.h"
#include "oidc/own_keys.h"
#include "tests/support/directory.h"

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::test {

/// The IdP "https://idp.example", and whatever directory API lies there, played by the test. Any
/// thread.
class ScriptedIdp final : public http::Fetcher {
 public:
  using Answer = std::function<Result<http::FetchResponse>(const http::FetchRequest&)>;

  explicit ScriptedIdp(ManualClock& clock);

  static inline const std::string issuer = "https://idp.example";

  Awaitable<Result<http::FetchResponse>> fetch(http::FetchRequest request) override;

  /// Answers `path` from now on in place of what is there.
  void on(const std::string& path, Answer answer);
  /// Back to what is there.
  void undo(const std::string& path);
  /// Does not answer: each request takes all the time that it may.
  void goes_silent(const std::string& path);
  /// Everything fails at once.
  void down(bool is) {
    change([&] { down_ = is; });
  }

  std::size_t count(const std::string& path);
  /// The last request for it.
  http::FetchRequest last(const std::string& path);

  /// Other keys, of other ids, from now on.
  void rotate();
  /// Signs with a key that the set never has.
  void sign_with_unknown_key(bool is) {
    change([&] { unknown_key_ = is; });
  }
  /// Makes a token of these claims.
  std::string token(const json::Object& claims, std::string_view type = "JWT");

  /// iss, sub, aud, exp, iat and nonce are set; these come over them, null takes one away.
  void claim(std::string_view name, json::Value value);
  void nonce(std::string value) {
    change([&] { nonce_ = std::move(value); });
  }
  json::Object claims();

  // What it answers with.
  json::Object metadata;
  json::Object token_answer{{"access_token", "at"}, {"token_type", "Bearer"}};
  json::Object userinfo;

 private:
  Result<http::FetchResponse> answer(const http::FetchRequest& request);
  Result<http::FetchResponse> usual(const std::string& path);
  void change(const std::function<void()>& what) {
    const std::lock_guard lock(mutex_);
    what();
  }

  ManualClock& clock_;
  std::recursive_mutex mutex_;
  std::map<std::string, Answer> answers_;
  std::map<std::string, std::vector<http::FetchRequest>> requests_;
  std::map<std::string, json::Value> overlay_;
  oidc::SigningKey key_;
  int generation_ = 1;
  bool unknown_key_ = false;
  bool down_ = false;
  std::string nonce_;
};

http::FetchResponse json_answer(int status, const json::Value& value);
/// A parameter of a URL's query.
std::string parameter(std::string_view url, std::string_view name);
/// A field of a form.
std::string form_field(const http::FetchRequest& request, std::string_view name);

}  // namespace rollcall::test

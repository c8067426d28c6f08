// Signs people in with OpenID Connect at a gateway whose IdP is stub_idp, as browsers on kept
// connections do; the code that the IdP's page would have given is made up. Any answer that does
// not end in a session counts as failed. Prints "RESULT sign-ins µs failed p50 p99" as load.lua
// does.
#include "gateway/base/text.h"
#include "gateway/http/url.h"
#include "gateway/net/http_client.h"

#include <CLI/CLI.hpp>
#include <signal.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace rollcall {
namespace {

using Clock = std::chrono::steady_clock;

struct Load {
  std::string base;     // "http://host:port"
  std::string login;    // what sends the browser to the IdP
  std::string session;  // a page that is 200 only for who is signed in
  std::string cookie;   // of the session
  std::string prefix;   // of the users' names
  unsigned users = 0;   // who come again and again; 0: each sign-in is somebody's first
  unsigned browsers = 64;
  unsigned seconds = 2;
  unsigned count = 0;  // end after so many sign-ins, whatever the time; 0: by time
};

/// The cookies of one browser.
class Cookies {
 public:
  void take(const net::ClientResponse& response);
  std::optional<std::string> find(std::string_view name) const;
  std::string header() const;

 private:
  std::vector<http::Parameter> kept_;
};

void Cookies::take(const net::ClientResponse& response) {
  for (const auto& [name, value] : response.fields) {
    if (!iequals(name, "Set-Cookie")) continue;
    const std::string pair = value.substr(0, value.find(';'));
    const auto equals = pair.find('=');
    if (equals == std::string::npos) continue;
    const std::string cookie = pair.substr(0, equals);
    std::erase_if(kept_, [&](const http::Parameter& other) { return other.name == cookie; });
    if (equals + 1 < pair.size()) kept_.push_back({cookie, pair.substr(equals + 1)});
  }
}

std::optional<std::string> Cookies::find(std::string_view name) const {
  const auto found = std::ranges::find(kept_, name, &http::Parameter::name);
  return found == kept_.end() ? std::nullopt : std::optional(found->value);
}

std::string Cookies::header() const {
  std::string text;
  for (const auto& [name, value] : kept_) {
    if (!text.empty()) text += "; ";
    text.append(name).append("=").append(value);
  }
  return text;
}

bool redirects(const net::ClientResponse& response) {
  return response.status == 302 || response.status == 303;
}

/// The path and query under which the redirect_uri of an authorization request lies, with the IdP's
/// answer; nothing if it is no such request.
std::optional<std::string> callback(const net::ClientResponse& sent, const Load& load,
                                    const std::string& user) {
  const auto location = sent.field("Location").value_or("");
  const auto query = location.find('?');
  if (!redirects(sent) || query == std::string_view::npos) return std::nullopt;
  std::string state;
  std::string nonce;
  std::string redirect_uri;
  const auto parameters = http::parse_query(location.substr(query + 1));
  if (!parameters) return std::nullopt;
  for (const auto& [name, value] : *parameters) {
    if (name == "state") state = value;
    if (name == "nonce") nonce = value;
    if (name == "redirect_uri") redirect_uri = value;
  }
  if (state.empty() || nonce.empty() || !redirect_uri.starts_with(load.base)) return std::nullopt;
  return redirect_uri.substr(load.base.size()) + "?code=" + http::percent_encode(user) + "." +
         http::percent_encode(nonce) + "&state=" + http::percent_encode(state);
}

/// One browser after the other, on one connection.
class Browsers {
 public:
  explicit Browsers(const Load& load) : load_(load), client_(load.base) {}

  bool sign_in(const std::string& user);
  /// That the last one is signed in.
  bool is_signed_in();
  const std::string& problem() const { return problem_; }

 private:
  Result<net::ClientResponse> get(const std::string& target);
  bool fail(const Result<net::ClientResponse>& answer);

  const Load& load_;
  net::HttpClient client_;
  Cookies cookies_;
  std::string problem_;
};

Result<net::ClientResponse> Browsers::get(const std::string& target) {
  net::ClientRequest request;
  request.target = target;
  request.fields = {{"Accept", "text/html"}};
  const std::string cookies = cookies_.header();
  if (!cookies.empty()) request.fields.emplace_back("Cookie", cookies);
  auto answer = client_.send(request);
  if (answer) cookies_.take(*answer);
  return answer;
}

bool Browsers::fail(const Result<net::ClientResponse>& answer) {
  if (!answer) {
    problem_ = answer.error().detail();
  } else {
    const auto text = answer->body.find("<body");  // what comes before is style
    problem_ = std::to_string(answer->status) + " " +
               answer->body.substr(text == std::string::npos ? 0 : text, 500);
  }
  return false;
}

bool Browsers::sign_in(const std::string& user) {
  cookies_ = Cookies();
  const auto sent = get(load_.login);
  if (!sent) return fail(sent);
  const auto target = callback(*sent, load_, user);
  if (!target) return fail(sent);
  const auto answer = get(*target);
  return (answer && redirects(*answer) && cookies_.find(load_.cookie)) || fail(answer);
}

bool Browsers::is_signed_in() {
  const auto answer = get(load_.session);
  return (answer && answer->status == 200) || fail(answer);
}

/// What all threads found out.
struct Tally {
  std::atomic<unsigned> begun{0};
  std::mutex mutex;
  std::vector<std::int64_t> micros;
  unsigned failed = 0;
};

void work(const Load& load, Clock::time_point end, Tally& tally) {
  Browsers browsers(load);
  std::vector<std::int64_t> micros;
  unsigned failed = 0;
  while (true) {
    const unsigned number = tally.begun++;
    if (load.count != 0 ? number >= load.count : Clock::now() >= end) break;
    const unsigned user = load.users == 0 ? number : number % load.users;
    const auto start = Clock::now();
    if (!browsers.sign_in(load.prefix + std::to_string(user))) ++failed;
    const auto took = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
    micros.push_back(took.count());
  }
  if (!micros.empty() && failed == 0 && !browsers.is_signed_in()) ++failed;
  const std::lock_guard lock(tally.mutex);
  if (failed != 0 && tally.failed == 0) {
    static_cast<void>(std::fprintf(stderr, "%s\n", browsers.problem().c_str()));
  }
  tally.micros.insert(tally.micros.end(), micros.begin(), micros.end());
  tally.failed += failed;
}

void run(const Load& load) {
  Tally tally;
  const auto start = Clock::now();
  const auto end = start + std::chrono::seconds(load.seconds);
  std::vector<std::jthread> threads;
  threads.reserve(load.browsers);
  for (unsigned i = 0; i < load.browsers; ++i) {
    threads.emplace_back([&] { work(load, end, tally); });
  }
  threads.clear();
  const auto span = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start);
  std::ranges::sort(tally.micros);
  const auto at = [&](std::size_t percent) {
    return tally.micros.empty() ? 0 : tally.micros[(tally.micros.size() - 1) * percent / 100];
  };
  std::printf("RESULT %zu %lld %u %lld %lld\n", tally.micros.size(),
              static_cast<long long>(span.count()), tally.failed, static_cast<long long>(at(50)),
              static_cast<long long>(at(99)));
}

}  // namespace
}  // namespace rollcall

int main(int argc, char** argv) {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  rollcall::Load load;
  CLI::App app("Signs people in at a gateway whose IdP is stub_idp.");
  app.add_option("base", load.base, "http://host:port of the gateway")->required();
  app.add_option("--login", load.login, "path that sends the browser to the IdP")->required();
  app.add_option("--session", load.session, "path that wants a session")->required();
  app.add_option("--cookie", load.cookie, "name of the session cookie")->required();
  app.add_option("--prefix", load.prefix, "of the users' names");
  app.add_option("--users", load.users, "who come again and again; 0: new ones all the time");
  app.add_option("--browsers", load.browsers, "at once");
  app.add_option("--seconds", load.seconds, "how long");
  app.add_option("--count", load.count, "sign-ins, whatever the time");
  CLI11_PARSE(app, argc, argv);
  try {
    rollcall::run(load);
  } catch (const std::exception& error) {
    static_cast<void>(std::fprintf(stderr, "%s\n", error.what()));
    return 1;
  }
}

// CPU time of this thread for one fetch over a kept connection; a server of our own answers.
#include "gateway/net/outgoing_client.h"
#include "tests/gateway/net/net_support.h"
#include "tests/support/await.h"

#include <signal.h>

#include <cstdio>
#include <ctime>

namespace rollcall::net {
namespace {

double thread_microseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

Awaitable<int> fetch_many(OutgoingClient& client, http::FetchRequest request, int count) {
  int good = 0;
  for (int i = 0; i < count; ++i) {
    const auto answer = co_await client.fetch(request);
    good += answer ? 1 : 0;
  }
  co_return good;
}

void measure(bool tls) {
  constexpr int count = 20'000;
  TestCertificates certificates;
  certificates.issue("127.0.0.1");
  ListenerOptions listener;
  listener.address = "127.0.0.1:0";
  if (tls) listener.tls = certificates.files();
  TestServer server(TestServer::one_thread(), listener);
  OutgoingOptions options;
  options.allow = {"127.0.0.0/8"};
  options.ca_file = certificates.ca_file();
  OutgoingClient client(options);
  http::FetchRequest request;
  request.url = (tls ? "https://" : "http://") + server.address + "/x";
  request.plain_loopback = true;
  test::run(fetch_many(client, request, 100));
  const double begin = thread_microseconds();
  const int good = test::run(fetch_many(client, request, count));
  std::printf("%s %.1f us of CPU a fetch, %d of %d good\n", tls ? "TLS  " : "plain",
              (thread_microseconds() - begin) / count, good, count);
}

}  // namespace
}  // namespace rollcall::net

int main() {
  static_cast<void>(::signal(SIGPIPE, SIG_IGN));
  rollcall::net::measure(false);
  rollcall::net::measure(true);
}

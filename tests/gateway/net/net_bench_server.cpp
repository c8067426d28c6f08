// Serves 1 KB of JSON on 127.0.0.1 until standard input ends: what http-floor measures.
// net_bench_server [threads] [certificate key]
#include "gateway/http/problem.h"
#include "gateway/net/server.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace {

class OneAnswer final : public rollcall::http::Service {
 public:
  std::size_t body_limit(const rollcall::http::Request&) const override { return 1 << 20; }
  rollcall::http::Reply handle(const rollcall::http::Request&) override {
    return rollcall::http::Response(200, "application/scim+json", body_);
  }
  rollcall::http::Response refuse(std::string_view, const rollcall::Error& error) override {
    return rollcall::http::problem(error);
  }
  void completed(const rollcall::http::Request&, const rollcall::http::Response&,
                 std::uint64_t) noexcept override {}

 private:
  const std::string body_ = "{\"value\":\"" + std::string(1000, 'x') + "\"}";
};

}  // namespace

int main(int argc, char** argv) {
  rollcall::Log log(rollcall::LogFormat::text, rollcall::LogLevel::info);
  OneAnswer service;
  rollcall::net::ServerOptions options;
  options.threads = argc > 1 ? static_cast<unsigned>(std::atoi(argv[1])) : 1;
  options.limits.connections = 50'000;
  options.limits.connections_per_address = 50'000;
  rollcall::net::Server server(options, log);
  rollcall::net::ListenerOptions listener;
  listener.address = "127.0.0.1:0";
  if (argc > 3) listener.tls = rollcall::net::TlsFiles{argv[2], argv[3]};
  std::printf("%s\n", server.listen(listener, service).c_str());
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  server.drain(std::chrono::seconds(5));
}

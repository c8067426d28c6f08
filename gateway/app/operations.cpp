#include "gateway/app/operations.h"

#include "gateway/base/json.h"
#include "gateway/http/problem.h"

namespace rollcall::app {
namespace {

constexpr std::size_t max_body = 1024;
constexpr std::string_view json_type = "application/json";
constexpr std::string_view metrics_type = "text/plain; version=0.0.4; charset=utf-8";

bool known(std::string_view path) {
  return path == "/healthz/live" || path == "/healthz/ready" || path == "/metrics";
}

}  // namespace

std::size_t OperationsService::body_limit(const http::Request&) const { return max_body; }

http::Reply OperationsService::handle(const http::Request& request) {
  if (!known(request.path)) {
    return refuse(request.path, Error(Fault::not_found, "There is nothing here."));
  }
  if (request.method != http::Method::get && request.method != http::Method::head) {
    return refuse(request.path, Error(Fault::method_not_allowed, "Only GET is answered here."))
        .with("Allow", "GET, HEAD");
  }
  if (request.path == "/healthz/ready") return ready();
  if (request.path == "/metrics") return http::Response(200, metrics_type, source_.metrics());
  return http::Response(200, json_type, R"({"status":"alive"})");
}

http::Response OperationsService::ready() const {
  json::Array reasons;
  for (std::string& reason : source_.unready_reasons()) reasons.emplace_back(std::move(reason));
  if (reasons.empty()) return {200, json_type, R"({"status":"ready"})"};
  const json::Object body{{"status", "not_ready"}, {"reasons", std::move(reasons)}};
  return http::Response(503, json_type, json::write(json::Value(body))).with("Retry-After", "1");
}

http::Response OperationsService::refuse(std::string_view, const Error& error) {
  return http::problem(error);
}

}  // namespace rollcall::app

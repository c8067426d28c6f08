#include "gateway/app/root_service.h"

#include "gateway/http/problem.h"

#include <algorithm>

namespace rollcall::app {
namespace {

/// Of a path that nothing answers: small, yet enough that the answer is 404, not 413.
constexpr std::size_t unmounted_body_limit = 64 * 1024;
constexpr std::size_t security_fields = 4;

bool within(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

bool has(const http::Response& response, std::string_view name) {
  return std::any_of(response.fields.begin(), response.fields.end(),
                     [&](const http::ResponseField& field) { return field.name == name; });
}

}  // namespace

RootService::RootService(std::vector<Mount> mounts, bool hsts, RequestMetrics& metrics, Log& log)
    : mounts_(std::move(mounts)), hsts_(hsts), metrics_(metrics), log_(log) {}

const Mount* RootService::find(std::string_view path) const {
  const auto found = std::find_if(mounts_.begin(), mounts_.end(),
                                  [&](const Mount& mount) { return within(path, mount.prefix); });
  return found == mounts_.end() ? nullptr : &*found;
}

std::size_t RootService::body_limit(const http::Request& head) const {
  const Mount* mount = find(head.path);
  return mount ? mount->body_limit : unmounted_body_limit;
}

http::Reply RootService::handle(const http::Request& request) {
  const Mount* mount = find(request.path);
  if (!mount) return refuse(request.path, Error(Fault::not_found, "There is nothing here."));
  http::Reply reply = mount->handle(request);
  if (auto* answer = std::get_if<Awaitable<http::Response>>(&reply)) {
    return secured(std::move(*answer));
  }
  secure(std::get<http::Response>(reply));
  return reply;
}

http::Response RootService::refuse(std::string_view path, const Error& error) {
  const Mount* mount = find(path);
  http::Response response = mount ? mount->render(error) : http::problem(error);
  secure(response);
  return response;
}

void RootService::secure(http::Response& response) const {
  response.fields.reserve(response.fields.size() + security_fields);
  response.with("X-Content-Type-Options", "nosniff").with("Referrer-Policy", "no-referrer");
  if (!has(response, "Cache-Control")) response.with("Cache-Control", "no-store");
  if (hsts_) response.with("Strict-Transport-Security", "max-age=31536000");
}

Awaitable<http::Response> RootService::secured(Awaitable<http::Response> answer) const {
  http::Response response = co_await std::move(answer);
  secure(response);
  co_return response;
}

void RootService::completed(const http::Request& request, const http::Response& response,
                            std::uint64_t microseconds) noexcept {
  metrics_.count(response.route, request.method, response.status, microseconds);
  const LogLevel level = response.status >= 500 ? LogLevel::error : LogLevel::info;
  if (!log_.enabled(level)) return;
  log_.write(level, "request",
             {{"id", request.id},
              {"method", http::name(request.method)},
              {"route", response.route},
              {"status", std::int64_t{response.status}},
              {"microseconds", static_cast<std::int64_t>(microseconds)},
              {"client", request.client_address},
              {"why", response.why}});
}

}  // namespace rollcall::app

#include "gateway/sign_in/provider_fetch.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <charconv>

namespace rollcall::sign_in {
namespace {

using std::chrono::seconds;

constexpr seconds shortest{300};
constexpr seconds longest{86'400};

http::FetchRequest document_request(std::string url, bool plain_loopback) {
  http::FetchRequest request;
  request.url = std::move(url);
  request.fields = {{"Accept", "application/json"}};
  request.plain_loopback = plain_loopback;
  return request;
}

/// The value of one directive, if it is max-age and a number.
std::optional<seconds> max_age(std::string_view directive) {
  constexpr std::string_view name = "max-age=";
  directive = trim(directive);
  if (!iequals(directive.substr(0, name.size()), name)) return std::nullopt;
  directive.remove_prefix(name.size());
  std::int64_t value = 0;
  const auto* end = directive.data() + directive.size();
  const auto [at, error] = std::from_chars(directive.data(), end, value);
  if (error == std::errc::result_out_of_range) return longest;
  if (error != std::errc() || at != end) return std::nullopt;
  return seconds(std::clamp<std::int64_t>(value, 0, longest.count()));
}

Error not_usable(std::string_view document, const Error& error) {
  return idp_unreachable(std::string(document) + ": " + error.detail());
}

}  // namespace

seconds keep_time(const http::FetchResponse& response) {
  std::string_view rest = response.field("Cache-Control").value_or("");
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (const auto age = max_age(rest.substr(0, comma))) return std::clamp(*age, shortest, longest);
    rest.remove_prefix(std::min(comma + 1, rest.size()));
  }
  return shortest;
}

Awaitable<Result<Fetched<oidc::ProviderMetadata>>> fetch_metadata(http::Fetcher& fetcher,
                                                                  oidc::ClientSettings settings,
                                                                  Deadline deadline) {
  CO_TRY(std::string url, oidc::discovery_url(settings));
  auto request = document_request(std::move(url), settings.allow_insecure_loopback);
  auto response = co_await fetch_within(fetcher, deadline, std::move(request));
  if (!response) co_return std::move(response).error();
  if (response->status != 200) {
    co_return idp_unreachable("Its metadata: status " + std::to_string(response->status) + ".");
  }
  CO_TRY(auto metadata, oidc::parse_provider_metadata(response->body, settings));
  co_return Fetched<oidc::ProviderMetadata>{std::move(metadata), keep_time(*response)};
}

Awaitable<Result<Fetched<oidc::JwkSet>>> fetch_keys(http::Fetcher& fetcher, std::string jwks_uri,
                                                    bool plain_loopback, Deadline deadline) {
  auto request = document_request(std::move(jwks_uri), plain_loopback);
  request.most_body = oidc::JwkSet::max_size;
  auto response = co_await fetch_within(fetcher, deadline, std::move(request));
  if (!response) co_return std::move(response).error();
  if (response->status != 200) {
    co_return idp_unreachable("Its keys: status " + std::to_string(response->status) + ".");
  }
  auto keys = oidc::JwkSet::parse(response->body);
  if (!keys) co_return not_usable("Its keys", keys.error());
  co_return Fetched<oidc::JwkSet>{*std::move(keys), keep_time(*response)};
}

}  // namespace rollcall::sign_in

#include "oidc/entra_issuer.h"

#include "gateway/base/id.h"
#include "gateway/base/text.h"
#include "oidc/url.h"

#include <algorithm>
#include <array>

namespace rollcall::oidc {
namespace {

constexpr std::string_view version = "/v2.0";

/// The name that stands in the tenant's place, or nothing.
std::string_view shared_name(std::string_view issuer) {
  const auto url = parse_url(issuer);
  if (!url || url->query || url->has_fragment || !url->path.ends_with(version)) return {};
  constexpr std::array<std::string_view, 3> names{"/common", "/organizations", "/consumers"};
  const auto place = url->path.substr(0, url->path.size() - version.size());
  for (const std::string_view name : names) {
    if (place == name) return place.substr(1);
  }
  return {};
}

}  // namespace

bool is_guid(std::string_view text) { return parse_uuid(text).has_value(); }

bool is_shared_issuer(std::string_view issuer) { return !shared_name(issuer).empty(); }

std::string issuer_of_tenant(std::string_view shared, std::string_view tenant) {
  const auto before = shared.size() - version.size() - shared_name(shared).size();
  return std::string(shared.substr(0, before)).append(tenant).append(version);
}

bool fits_issuer(std::string_view pattern, std::string_view issuer) {
  const auto place = pattern.find(tenant_placeholder);
  if (place == std::string_view::npos) return pattern == issuer;
  const auto before = pattern.substr(0, place);
  const auto after = pattern.substr(place + tenant_placeholder.size());
  if (issuer.size() < before.size() + after.size()) return false;
  const auto tenant = issuer.substr(before.size(), issuer.size() - before.size() - after.size());
  return issuer.starts_with(before) && issuer.ends_with(after) && is_guid(tenant);
}

bool is_issuer(const ClientSettings& settings, std::string_view issuer) {
  if (!is_shared_issuer(settings.issuer)) return issuer == settings.issuer;
  return std::ranges::any_of(settings.tenants, [&](const std::string& tenant) {
    return issuer_of_tenant(settings.issuer, ascii_lower(tenant)) == issuer;
  });
}

}  // namespace rollcall::oidc

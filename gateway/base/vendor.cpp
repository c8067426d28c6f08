#include "gateway/base/vendor.h"

#include <array>
#include <utility>

namespace rollcall {
namespace {

constexpr std::array<std::pair<Vendor, std::string_view>, 9> vendors{{
    {Vendor::generic, "generic"},
    {Vendor::okta, "okta"},
    {Vendor::entra, "entra"},
    {Vendor::google, "google"},
    {Vendor::onelogin, "onelogin"},
    {Vendor::pingone, "pingone"},
    {Vendor::adfs, "adfs"},
    {Vendor::keycloak, "keycloak"},
    {Vendor::jumpcloud, "jumpcloud"},
}};

}  // namespace

std::string_view name(Vendor vendor) {
  for (const auto& [candidate, text] : vendors) {
    if (candidate == vendor) return text;
  }
  return "generic";
}

std::optional<Vendor> parse_vendor(std::string_view text) {
  for (const auto& [vendor, candidate] : vendors) {
    if (candidate == text) return vendor;
  }
  return std::nullopt;
}

}  // namespace rollcall

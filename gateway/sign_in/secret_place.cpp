#include "gateway/sign_in/secret_place.h"

namespace rollcall::sign_in {

std::string secret_place(const SignInConnection& connection, std::string_view name) {
  const auto directory_of = [&](Vendor vendor) {
    return connection.vendor == vendor ? connection.directory.base_url : std::string();
  };
  // Graph takes tokens that the client's secret is good for.
  if (name == "client_secret") return connection.oidc.issuer + "\n" + directory_of(Vendor::entra);
  if (name == "directory_token") return directory_of(Vendor::okta);
  if (name == "service_account") return directory_of(Vendor::google);
  return {};
}

bool keeps_secret(const SignInConnection& before, const SignInConnection& after,
                  std::string_view name) {
  return secret_place(before, name) == secret_place(after, name);
}

}  // namespace rollcall::sign_in

#pragma once

#include "gateway/base/timestamp.h"
#include "gateway/http/url.h"
#include "oidc/client.h"

#include <string>
#include <vector>

namespace rollcall::oidc {

/// What one request proves us by: the field Authorization or members of its form, never both
/// (RFC 6749 §2.3).
struct ClientProof {
  /// Empty: no such field.
  std::string authorization;
  std::vector<http::Parameter> form;
};

/// `credentials` hold what `method` needs, as choose_client_auth has seen. For one request:
/// assertions have a jti of their own.
ClientProof prove(ClientAuth method, const ClientSettings& settings,
                  const ClientCredentials& credentials, Timestamp now);

}  // namespace rollcall::oidc

#include "oidc/token_request.h"

#include "oidc/client_auth.h"
#include "oidc/url.h"

namespace rollcall::oidc {

http::FetchRequest ClientRequests::form(std::string_view url,
                                        std::vector<http::Parameter> parameters) const {
  ClientProof proof = prove(auth_, settings_, credentials_, now_);
  http::FetchRequest request{
      .method = http::Method::post,
      .url = std::string(url),
      .fields = {{"Content-Type", "application/x-www-form-urlencoded"},
                 {"Accept", "application/json"}},
      .plain_loopback = settings_.allow_insecure_loopback,
  };
  if (proof.authorization.empty()) {
    parameters.push_back({"client_id", settings_.client_id});
  } else {
    request.fields.emplace_back("Authorization", std::move(proof.authorization));
  }
  for (http::Parameter& member : proof.form) parameters.push_back(std::move(member));
  request.body = form_text(parameters);
  return request;
}

http::FetchRequest ClientRequests::code(std::string_view code, std::string_view redirect_uri,
                                        const Secret& code_verifier) const {
  return form(metadata_.token_endpoint, {{"grant_type", "authorization_code"},
                                         {"code", std::string(code)},
                                         {"redirect_uri", std::string(redirect_uri)},
                                         {"code_verifier", std::string(code_verifier.reveal())}});
}

http::FetchRequest ClientRequests::refresh(const Secret& refresh_token) const {
  return form(metadata_.token_endpoint, {{"grant_type", "refresh_token"},
                                         {"refresh_token", std::string(refresh_token.reveal())}});
}

http::FetchRequest ClientRequests::client_credentials(std::string_view token_endpoint,
                                                      std::string_view scope) const {
  return form(token_endpoint,
              {{"grant_type", "client_credentials"}, {"scope", std::string(scope)}});
}

http::FetchRequest ClientRequests::pushed(const AuthorizationRequest& request) const {
  auto parameters = authorization_parameters(settings_, request);
  // RFC 9126 §2.1: a parameter of the request as well; form() has it where nothing else names us.
  if (auth_ == ClientAuth::basic) parameters.push_back({"client_id", settings_.client_id});
  return form(metadata_.pushed_authorization_request_endpoint, std::move(parameters));
}

}  // namespace rollcall::oidc

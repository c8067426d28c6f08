#include "tests/oidc/exchange.h"

#include "gateway/base/text.h"

#include <algorithm>
#include <set>
#include <stdexcept>

namespace rollcall::oidc::test {

std::vector<http::Parameter> parameters_of(std::string_view text) {
  if (text.starts_with("http")) text.remove_prefix(text.find('?') + 1);
  auto parameters = http::parse_query(text);
  if (!parameters) throw std::runtime_error("no form: " + std::string(text));
  return *std::move(parameters);
}

std::string value_of(const std::vector<http::Parameter>& parameters, std::string_view name) {
  const auto count = std::ranges::count(parameters, name, &http::Parameter::name);
  if (count != 1) return count == 0 ? "<none>" : "<several>";
  return std::ranges::find(parameters, name, &http::Parameter::name)->value;
}

std::string names_of(const std::vector<http::Parameter>& parameters) {
  std::multiset<std::string> names;
  for (const http::Parameter& parameter : parameters) names.insert(parameter.name);
  std::string text;
  for (const std::string& name : names) text.append(text.empty() ? "" : " ").append(name);
  return text;
}

std::string field_of(const http::FetchRequest& request, std::string_view name) {
  for (const auto& [candidate, value] : request.fields) {
    if (iequals(candidate, name)) return value;
  }
  return "<none>";
}

http::FetchResponse json_response(int status, std::string body) {
  return {.status = status,
          .fields = {{"Content-Type", "application/json;charset=UTF-8"}},
          .body = std::move(body)};
}

ClientSettings settings() {
  return {.issuer = "https://idp.example",
          .client_id = "client-1",
          .algorithms = {SignatureScheme::rsa_pkcs1_sha256}};
}

}  // namespace rollcall::oidc::test

#include "gateway/http/message.h"

#include "gateway/base/text.h"

#include <array>
#include <utility>

namespace rollcall::http {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 7> methods{{
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::delete_, "DELETE"},
    {Method::options, "OPTIONS"},
}};

}  // namespace

std::string_view name(Method method) { return methods[static_cast<std::size_t>(method)].second; }

std::optional<Method> parse_method(std::string_view text) {
  for (const auto& [method, word] : methods) {
    if (word == text) return method;
  }
  return std::nullopt;
}

std::optional<std::string_view> Request::field(std::string_view wanted) const {
  for (const Field& candidate : fields) {
    if (iequals(candidate.name, wanted)) return candidate.value;
  }
  return std::nullopt;
}

}  // namespace rollcall::http

#include "gateway/http/fetch.h"

#include "gateway/base/text.h"

namespace rollcall::http {

std::optional<std::string_view> FetchResponse::field(std::string_view name) const {
  for (const auto& [candidate, value] : fields) {
    if (iequals(candidate, name)) return value;
  }
  return std::nullopt;
}

}  // namespace rollcall::http

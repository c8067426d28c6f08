#include "gateway/simulate/transport.h"

#include "gateway/base/text.h"

namespace rollcall::simulate {

std::optional<std::string_view> Incoming::field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (iequals(key, name)) return value;
  }
  return std::nullopt;
}

}  // namespace rollcall::simulate

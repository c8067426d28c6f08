#include "gateway/simulate/variables.h"

namespace rollcall::simulate {

void Variables::set(std::string_view name, std::string value) {
  values_.insert_or_assign(std::string(name), std::move(value));
}

std::optional<std::string> Variables::find(std::string_view name) const {
  const auto at = values_.find(name);
  return at == values_.end() ? std::nullopt : std::optional(at->second);
}

Result<std::string> Variables::expand(std::string_view text) const {
  return expand(text, [](std::string_view value) { return std::string(value); });
}

Result<std::string> Variables::expand(std::string_view text, Encode encode) const {
  std::string out;
  for (;;) {
    const auto open = text.find("{{");
    const auto close = text.find("}}", open == text.npos ? text.npos : open);
    if (close == text.npos) return out.append(text);
    const auto name = text.substr(open + 2, close - open - 2);
    const auto value = find(name);
    if (!value) {
      return Error(Fault::no_target, "no {{" + std::string(name) + "}}");
    }
    out.append(text.substr(0, open)).append(encode(*value));
    text.remove_prefix(close + 2);
  }
}

}  // namespace rollcall::simulate

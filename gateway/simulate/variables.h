#pragma once

#include "gateway/base/result.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::simulate {

/// What a run knows: the names it made up and the ids that the server gave. Requests and
/// expectations refer to it as {{name}}.
class Variables {
 public:
  using Encode = std::string (*)(std::string_view);

  void set(std::string_view name, std::string value);
  std::optional<std::string> find(std::string_view name) const;

  /// `text` with every {{name}} replaced, once, by its value as `encode` writes it. `no_target`
  /// names the first one that is unknown, because the step that should have learnt it failed.
  Result<std::string> expand(std::string_view text, Encode encode) const;
  Result<std::string> expand(std::string_view text) const;

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace rollcall::simulate

#pragma once

#include "gateway/base/timestamp.h"

#include <optional>
#include <string_view>

namespace rollcall {

/// When the first certificate of a PEM text ends; nothing if there is none.
std::optional<Timestamp> certificate_expiry(std::string_view pem);

}  // namespace rollcall

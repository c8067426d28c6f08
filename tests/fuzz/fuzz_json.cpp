#include "gateway/base/json.h"
#include "gateway/base/text.h"

#include <cstdint>
#include <cstdlib>
#include <string>

/// What was read is written as text that reads as the same again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace json = rollcall::json;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = json::parse(text);
  if (!value) return 0;
  const std::string written = json::write(*value);
  if (!rollcall::is_utf8(written)) std::abort();
  const auto again = json::parse(written);
  if (!again || json::write(*again) != written) std::abort();
  return 0;
}

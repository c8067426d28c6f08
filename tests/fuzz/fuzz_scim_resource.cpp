#include "scim/resource.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace rollcall;

/// What is canonical stays as it is, in every mode.
void check_canonical(const json::Value& body, const scim::ResourceType& type, ScimMode mode) {
  const auto once = scim::canonicalize(body, type, scim::quirks_of(mode));
  if (!once) return;
  const auto again = scim::canonicalize(*once, type, scim::quirks_of(ScimMode::strict));
  if (!again || json::write(*again) != json::write(*once)) std::abort();
}

/// The document comes back from the store as it went in.
void check_stored(const json::Value& body) {
  const auto profile = scim::read_user(body, {});
  if (!profile) return;
  User user{*UserId::parse("01909a2c-0000-7000-8000-00000000000a"),
            1,
            *profile,
            UserState::active,
            CreatedBy::scim,
            true,
            std::nullopt,
            1,
            {},
            {}};
  const auto again = scim::user_profile(scim::user_document(user, "https://h"));
  if (!again || again->document != profile->document || again->emails != profile->emails ||
      again->external_id != profile->external_id) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = json::parse({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  for (const auto* type : {&scim::user_type(), &scim::group_type()}) {
    check_canonical(*body, *type, ScimMode::lenient);
    check_canonical(*body, *type, ScimMode::strict);
    check_canonical(*body, *type, ScimMode::interop);
  }
  check_stored(*body);
  (void)scim::read_group(*body, {});
  return 0;
}

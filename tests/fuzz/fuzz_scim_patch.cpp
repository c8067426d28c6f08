#include "scim/patch.h"
#include "scim/resource.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace rollcall;

const json::Object& document() {
  static const json::Object canonical = *scim::canonicalize(
      *json::parse(R"({"userName":"b","displayName":"d","title":"t","active":true,
        "name":{"givenName":"Barbara","familyName":"Jensen"},
        "emails":[{"value":"b@x","type":"work","primary":true},{"value":"c@x","type":"home"}],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"m"}}})"),
      scim::user_type(), {});
  return canonical;
}

/// A failure leaves the document alone, "no change" means none, and what comes out is canonical.
void check(const json::Value& body, const scim::ResourceType& type, ScimMode mode) {
  const scim::Quirks quirks = scim::quirks_of(mode);
  const auto patch = scim::parse_patch(body, type, quirks);
  if (!patch) return;
  json::Object patched = document();
  const auto changed = scim::apply(*patch, patched, type, quirks);
  if ((!changed || !*changed) != (patched == document())) std::abort();
  if (!changed || type.kind != scim::ResourceKind::user) return;
  const auto canonical = scim::canonicalize(patched, type, scim::quirks_of(ScimMode::strict));
  if (canonical && !(*canonical == patched)) std::abort();
  if (!canonical && scim::user_profile(patched)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto body = json::parse({reinterpret_cast<const char*>(data), size});
  if (!body) return 0;
  for (const auto mode : {ScimMode::lenient, ScimMode::strict, ScimMode::interop}) {
    check(*body, scim::user_type(), mode);
    check(*body, scim::group_type(), mode);
  }
  return 0;
}

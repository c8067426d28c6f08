#include "scim/filter.h"
#include "scim/filter_lowering.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace rollcall;

const json::Object& resource() {
  static const json::Object parsed = *json::parse(R"({
      "schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"01909a2c-0000-7000-8000-00000000000a",
      "userName":"bjensen","displayName":"Babs","active":true,"externalId":"7",
      "name":{"givenName":"Barbara","familyName":"Jensen"},
      "emails":[{"value":"b@x","type":"work","primary":true},{"value":"c@x","type":"home"}],
      "members":[{"value":"01909a2c-0000-7000-8000-00000000000b","display":"M","type":"User"}],
      "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"manager":{"value":"m"}},
      "meta":{"resourceType":"User","lastModified":"2011-05-13T04:42:34Z"}})")
                                          ->object();
  return parsed;
}

void check(std::string_view text, const scim::ResourceType& type, const scim::Quirks& quirks) {
  const auto filter = scim::parse_filter(text, type, quirks);
  if (!filter) {
    if (filter.error().fault() != Fault::invalid_filter) std::abort();
    return;
  }
  if (scim::terms(*filter) > scim::max_filter_terms) std::abort();
  // A match must be among what the index gives.
  const bool match = scim::matches(*filter, resource());
  const bool nothing = type.kind == scim::ResourceKind::user
                           ? scim::lower_user_filter(*filter).nothing
                           : scim::lower_group_filter(*filter).nothing;
  if (match && nothing) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const auto* type : {&scim::user_type(), &scim::group_type()}) {
    check(text, *type, scim::quirks_of(ScimMode::lenient));
    check(text, *type, scim::quirks_of(ScimMode::strict));
  }
  return 0;
}

#include "tests/scim/patching.h"

namespace rollcall::scim {
namespace {

// One row of spec/scim 2.4 after the other: lenient, strict, interop.

struct Row {
  const char* topic;
  const char* operation;
  std::optional<Fault> lenient;
  std::optional<Fault> strict;
  std::optional<Fault> interop;
};

TEST(ScimPatchModes, DifferExactlyWhereTheSourcesContradict) {
  constexpr auto ok = std::nullopt;
  const Row rows[] = {
      {"path-less PATCH", R"({"op":"replace","value":{"title":"x"}})", ok, ok,
       Fault::invalid_syntax},
      {"dotted key in value (unknown, hence dropped, in strict)",
       R"({"op":"replace","value":{"name.givenName":"x"}})", ok, ok, Fault::invalid_syntax},
      {"remove with value array",
       R"({"op":"remove","path":"emails","value":[{"value":"babs@jensen.org"}]})", ok,
       Fault::invalid_value, Fault::invalid_value},
      {"replace valuePath without a match",
       R"({"op":"replace","path":"phoneNumbers[type eq \"fax\"].value","value":"1"})", ok,
       Fault::no_target, Fault::no_target},
      {"unknown attribute in a value", R"({"op":"replace","value":{"shoe":1}})", ok, ok,
       Fault::invalid_syntax},
      {"unknown sub-attribute in a value", R"({"op":"replace","path":"name","value":{"shoe":1}})",
       ok, ok, Fault::invalid_syntax},
      {"unknown attribute as path", R"({"op":"replace","path":"shoe","value":1})", ok,
       Fault::invalid_path, Fault::invalid_path},
      {"boolean as text", R"({"op":"replace","path":"active","value":"False"})", ok,
       Fault::invalid_value, Fault::invalid_value},
      {"unquoted literal", R"({"op":"replace","path":"emails[type eq work].value","value":"x"})",
       ok, Fault::invalid_filter, Fault::invalid_filter},
      {"readOnly attribute as path", R"({"op":"replace","path":"id","value":"x"})",
       Fault::mutability, Fault::mutability, Fault::mutability},
      {"readOnly attribute in a value", R"({"op":"replace","value":{"id":"x"}})", ok,
       Fault::mutability, Fault::invalid_syntax},
      {"readOnly attribute in a value, equal",
       R"({"op":"replace","value":{"id":"01909a2c-0000-7000-8000-00000000000a"}})", ok, ok,
       Fault::invalid_syntax},
      {"array instead of object", R"({"op":"replace","path":"name","value":[{"givenName":"x"}]})",
       ok, Fault::invalid_value, Fault::invalid_value},
      {"one value added to a multi-valued attribute",
       R"({"op":"add","path":"emails","value":{"value":"n@x"}})", ok, ok, ok},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(fault_of(row.operation, lenient()), row.lenient) << row.topic;
    EXPECT_EQ(fault_of(row.operation, strict()), row.strict) << row.topic;
    EXPECT_EQ(fault_of(row.operation, interop()), row.interop) << row.topic;
  }
}

TEST(ScimPatchModes, StrictDropsDottedKeysInsteadOfStoringThem) {
  EXPECT_FALSE(
      patched(barbara(), R"({"op":"replace","value":{"name.givenName":"x"}})", strict()).changed);
}

TEST(ScimPatchModes, ReplaceOfAComplexValueMergesButInInteropReplacesTheWhole) {
  const std::string_view operation = R"({"op":"replace","path":"name","value":{"givenName":"B"}})";
  EXPECT_EQ(patched(barbara(), operation, strict())["name"],
            R"({"formatted":"Ms. Barbara J Jensen, III","familyName":"Jensen","givenName":"B"})");
  EXPECT_EQ(patched(barbara(), operation, interop())["name"], R"({"givenName":"B"})");
}

TEST(ScimPatchModes, AddOfAComplexValueMergesInInteropToo) {
  EXPECT_EQ(patched(barbara(), R"({"op":"add","path":"name","value":{"givenName":"B"}})",
                    interop())["name"],
            R"({"formatted":"Ms. Barbara J Jensen, III","familyName":"Jensen","givenName":"B"})");
}

}  // namespace
}  // namespace rollcall::scim

#include "gateway/simulate/expectation.h"

#include <gtest/gtest.h>

#include <ostream>

namespace rollcall::simulate {
namespace {

constexpr std::string_view list =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":2,)"
    R"("startIndex":1,"itemsPerPage":1,"Resources":[{"id":"1"}]})";
constexpr std::string_view error =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"409",)"
    R"("scimType":"uniqueness"})";
constexpr std::string_view user =
    R"({"id":"1","Active":true,"emails":[{"type":"home","value":"h"},{"type":"work","value":"w"}],)"
    R"("nickName":null,"roles":[],"members":[{"value":"b"},{"value":"a"}],)"
    R"("meta":{"location":"https://x/1"}})";

Answer answer(std::string_view body, int code = 200) {
  Incoming incoming;
  incoming.status = code;
  incoming.body = body;
  incoming.fields = {{"location", "https://x/1"}, {"Empty", ""}};
  return Answer(std::move(incoming));
}

struct Case {
  const char* name;
  Expectation expectation;
  std::string_view body;
  bool holds;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

class ExpectationHolds : public testing::TestWithParam<Case> {};

TEST_P(ExpectationHolds, OrNot) {
  Variables known;
  known.set("id", "1");
  const auto failure = GetParam().expectation(answer(GetParam().body), known);
  EXPECT_EQ(!failure, GetParam().holds)
      << (failure ? failure->expected + " / " + failure->got : "");
  if (failure) {
    EXPECT_FALSE(failure->source.empty());
  }
}

const Case cases[] = {
    {"StatusAmongAllowed", status({200, 204}, "s"), user, true},
    {"StatusNotAllowed", status({201}, "s"), user, false},
    {"ValueEqual", has("id", "{{id}}", "s"), user, true},
    {"ValueInAnyCaseOfTheName", has("ACTIVE", true, "s"), user, true},
    {"ValueOfAnotherType", has("active", "true", "s"), user, false},
    {"ValueMissing", has("title", "x", "s"), user, false},
    {"ValueOfUnknownVariable", has("id", "{{other}}", "s"), user, false},
    {"ElementBySelector", has("emails/type=work/value", "w", "s"), user, true},
    {"ElementBySelectorMissing", has("emails/type=other/value", "w", "s"), user, false},
    {"ElementByIndex", has("emails/0/value", "h", "s"), user, true},
    {"ElementBeyondTheEnd", has("emails/2/value", "h", "s"), user, false},
    {"NullIsAbsent", absent("nickName", "s"), user, true},
    {"EmptyArrayIsAbsent", absent("roles", "s"), user, true},
    {"ValueIsNotAbsent", absent("id", "s"), user, false},
    {"ValueIsPresent", present("id", "s"), user, true},
    {"NullIsNotPresent", present("nickName", "s"), user, false},
    {"NullIsNamed", not_named("nickName", "s"), user, false},
    {"MissingIsNotNamed", not_named("password", "s"), user, true},
    {"ListIsAList", list_response("s"), list, true},
    {"UserIsNoList", list_response("s"), user, false},
    {"NoJsonIsNoList", list_response("s"), "<html>", false},
    {"PageIsRight", page_of(1, 100, "s"), list, true},
    {"PageStartsElsewhere", page_of(2, 100, "s"), list, false},
    {"PageIsTooLong", page_of(1, 0, "s"), list, false},
    {"ResultsNotAllOnThePage", results(2, "s"), list, false},
    {"ResultsOfAnotherNumber", results(0, "s"), list, false},
    {"ErrorIsRight", scim_error(409, "uniqueness"), error, true},
    {"ErrorOfAnotherType", scim_error(409, "mutability"), error, false},
    {"ErrorOfAnotherStatus", scim_error(404), error, false},
    {"UserIsNoError", scim_error(409), user, false},
    {"MembersInAnyOrder", members({"a", "b"}, "s"), user, true},
    {"MembersMissing", members({"a", "b", "c"}, "s"), user, false},
    {"MembersTooMany", members({"a"}, "s"), user, false},
    {"FieldThere", field("Location", "s"), user, true},
    {"FieldMissing", field("ETag", "s"), user, false},
    {"FieldEmpty", field("empty", "s"), user, false},
    {"LocationEqual", location(), user, true},
    {"LocationWithoutMeta", location(), list, false},
    {"KeepsText", keep("id", "x"), user, true},
    {"KeepsNoBoolean", keep("active", "x"), user, false},
    {"NotesNothing", note("title", "x"), user, true},
    {"KeepsABody", keep_body("x"), user, true},
    {"KeepsNoArray", keep_body("x"), "[]", false},
};

INSTANTIATE_TEST_SUITE_P(Table, ExpectationHolds, testing::ValuesIn(cases),
                         [](const auto& row) { return row.param.name; });

TEST(Expectation, OfABodyDoesNotConcern204) {
  Variables known;
  EXPECT_FALSE(if_body(has("active", false, "s"))(answer("", 204), known));
  EXPECT_TRUE(if_body(has("active", false, "s"))(answer("{}", 200), known));
}

TEST(Expectation, TakesNumbersOfAListFromIntegersOnly) {
  Variables known;
  for (const char* number : {R"("2")", "2.5", "null", "true"}) {
    const std::string body =
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":)" +
        std::string(number) + "}";
    EXPECT_TRUE(list_response("s")(answer(body), known)) << number;
  }
}

TEST(Variables, AreFilledInOnceAndWithoutEscaping) {
  Variables known;
  known.set("a", "{{b}}");
  known.set("b", "x");
  EXPECT_EQ(*known.expand("1{{a}}2{{b}}3"), "1{{b}}2x3");
  EXPECT_EQ(*known.expand("{not a variable}"), "{not a variable}");
  EXPECT_FALSE(known.expand("{{c}}"));
}

}  // namespace
}  // namespace rollcall::simulate

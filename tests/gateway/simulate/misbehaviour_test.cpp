#include "tests/gateway/simulate/server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>

namespace rollcall::test {
namespace {

using simulate::play_entra;
using simulate::play_okta;
using Forward = FaultyServer::Forward;
using Fault = FaultyServer::Fault;

bool has(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != text.npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Requests whose method is this and whose body or target holds `part`.
struct Pick {
  std::string_view method;
  std::string_view part;
  bool operator()(const Outgoing& request) const {
    return request.method == method && (has(request.body, part) || has(request.target, part));
  }
};

/// Does what was asked but reports another status.
Fault answers(Pick pick, int from, int to) {
  return [=](const Outgoing& request, const Forward& forward) {
    Incoming answer = forward(request);
    if (pick(request) && answer.status == from) answer.status = to;
    return answer;
  };
}

Fault answers_with(Pick pick, std::string_view from, std::string_view to) {
  return [=](const Outgoing& request, const Forward& forward) {
    Incoming answer = forward(request);
    if (pick(request)) answer.body = replaced(std::move(answer.body), from, to);
    return answer;
  };
}

/// Does something else than what was asked.
Fault understands(Pick pick, std::string_view from, std::string_view to) {
  return [=](const Outgoing& request, const Forward& forward) {
    if (!pick(request)) return forward(request);
    Outgoing other = request;
    other.body = replaced(std::move(other.body), from, to);
    other.target = replaced(std::move(other.target), from, to);
    return forward(other);
  };
}

/// Reports success and does nothing.
Fault ignores(Pick pick, int status = 204) {
  return [=](const Outgoing& request, const Forward& forward) {
    if (!pick(request)) return forward(request);
    Incoming answer;
    answer.status = status;
    return answer;
  };
}

/// Finds nothing where this filter is asked.
Fault finds_nothing(std::string_view part) {
  return [=](const Outgoing& request, const Forward& forward) {
    if (request.method != "GET" || !has(request.target, part)) return forward(request);
    Outgoing other = request;
    other.target = "/Users?filter=userName%20eq%20%22nobody%22";
    return forward(other);
  };
}

Fault drops_field(std::string_view name) {
  return [=](const Outgoing& request, const Forward& forward) {
    Incoming answer = forward(request);
    std::erase_if(answer.fields, [&](const auto& field) { return field.first == name; });
    return answer;
  };
}

/// The rename of Okta, taken as "these are all the attributes".
Incoming wipes_members(const Outgoing& request, const Forward& forward) {
  if (request.method == "PATCH" && has(request.body, R"("displayName")")) {
    Outgoing wipe = request;
    wipe.body = R"({"Operations":[{"op":"remove","path":"members"}]})";
    forward(wipe);
  }
  return forward(request);
}

struct Case {
  const char* name;
  void (*scenario)(const simulate::Run&);
  Fault fault;
  /// The step that must fail.
  const char* step;
};

void PrintTo(const Case& row, std::ostream* out) { *out << row.name; }

class Misbehaviour : public testing::TestWithParam<Case> {};

TEST_P(Misbehaviour, IsNoticed) {
  FaultyServer server(GetParam().fault);
  const auto records = server.play(GetParam().scenario);
  const bool noticed = std::ranges::any_of(
      failed(records), [](const Record& record) { return record.name == GetParam().step; });
  EXPECT_TRUE(noticed) << GetParam().step << " passed; failed are:\n" << in_words(records);
}

const Case okta_cases[] = {
    {"CreationAnswers200", play_okta, answers({"POST", "/Users"}, 201, 200), "create alice"},
    {"CreationAnswersNothing", play_okta,
     [](const Outgoing& request, const Forward& forward) {
       Incoming answer = forward(request);
       if (request.method == "POST") answer.body.clear();
       return answer;
     },
     "create alice"},
    {"CreationReturnsThePassword", play_okta,
     answers_with({"POST", "/Users"}, R"("active":true)", R"("active":true,"password":"1mz050nq")"),
     "create alice"},
    {"DuplicateIs201", play_okta, answers({"POST", "/Users"}, 409, 201),
     "creating again is a conflict"},
    {"DuplicateHasNoScimType", play_okta,
     answers_with({"POST", "/Users"}, R"("scimType":"uniqueness",)", ""),
     "creating again is a conflict"},
    {"UserNameIsCaseSensitive", play_okta, finds_nothing("ALICE"), "find by userName in capitals"},
    {"RefusalHasNoChallenge", play_okta, drops_field("WWW-Authenticate"),
     "a wrong token is refused"},
    {"RefusalHasNoScimBody", play_okta,
     [](const Outgoing& request, const Forward& forward) {
       Incoming answer = forward(request);
       if (answer.status == 401) answer.body = "{}";
       return answer;
     },
     "a wrong token is refused"},
    {"CreationHasNoLocation", play_okta, drops_field("Location"), "create alice"},
    {"ItemsPerPageIsTheRequestedCount", play_okta,
     answers_with({"GET", "count=100"}, R"("itemsPerPage":0)", R"("itemsPerPage":100)"),
     "import after, beyond the end"},
    {"NumbersAreStrings", play_okta,
     answers_with({"GET", "/Users?"}, R"("totalResults":3)", R"("totalResults":"3")"),
     "import after, page 1"},
    {"EveryPageIsTheFirst", play_okta,
     understands({"GET", "startIndex=4"}, "startIndex=4", "startIndex=1"),
     "import after, beyond the end"},
    {"ImportLeavesSomebodyOut", play_okta,
     understands({"GET", "startIndex=1&count=100"}, "count=100", "count=2"),
     "import after, beyond the end"},
    {"DeactivationIsIgnored", play_okta, ignores({"PATCH", R"("active":false)"}),
     "the user is inactive, and still there"},
    {"AnInactiveUserIsHidden", play_okta,
     [](const Outgoing& request, const Forward& forward) {
       Incoming answer = forward(request);
       if (request.method == "GET" && has(answer.body, R"("active":false)")) answer.status = 404;
       return answer;
     },
     "the user is inactive, and still there"},
    {"PutKeepsWhatWasLeftOut", play_okta,
     answers_with({"PUT", "/Users"}, R"("title":"Simulator")",
                  R"("title":"Simulator","locale":"en-US")"),
     "PUT without an attribute clears it"},
    {"PutCreates", play_okta, answers({"PUT", "/Users/0101"}, 404, 201), "PUT creates nothing"},
    {"RenameWipesMembers", play_okta, wipes_members, "renamed, and nobody lost"},
    {"RemovalByFilterIsIgnored", play_okta,
     understands({"PATCH", R"("op":"remove")"}, R"({"op":"remove","path":"members[value)",
                 R"({"op":"add","path":"externalId","value":"x"},{"op":"add","path":"title[value)"),
     "exactly these two"},
    {"ReplaceOfMembersAdds", play_okta,
     understands({"PATCH", R"("path":"members")"}, R"("op":"replace")", R"("op":"add")"),
     "exactly the pushed ones"},
    {"PutOfMembersIsIgnored", play_okta, ignores({"PUT", "/Groups"}, 200), "exactly the put one"},
    {"DeletionOfTheGroupIsIgnored", play_okta, ignores({"DELETE", "/Groups"}), "the group is gone"},
    {"AnswersAreHtml", play_okta,
     [](const Outgoing& request, const Forward& forward) {
       Incoming answer = forward(request);
       for (auto& [name, value] : answer.fields) {
         if (name == "Content-Type") value = "text/html";
       }
       return answer;
     },
     "test the connection: users"},
};

const Case entra_cases[] = {
    {"RemoveWithValuesWipesTheGroup", play_entra,
     [](const Outgoing& request, const Forward& forward) {
       Outgoing other = request;
       if (has(other.body, R"("op":"Remove","path":"members")")) {
         other.body = R"({"Operations":[{"op":"Remove","path":"members"}]})";
       }
       return forward(other);
     },
     "the others are still members"},
    {"ExternalIdIsNoFilter", play_entra, finds_nothing("externalId"), "match by externalId"},
    {"UnquotedValuesAreRefused", play_entra, answers({"GET", "filter=externalId+eq+0"}, 200, 400),
     "match by an unquoted externalId"},
    {"MatchingFindsTheWrongUser", play_entra,
     answers_with({"GET", "filter=userName"}, R"("id":")", R"("id":"x)"), "match by userName"},
    {"ManagerIsText", play_entra,
     answers_with({"GET", "/Users/"}, R"("manager":{"value")", R"("manager":"x","n":{"value")"),
     "the manager is an object"},
    {"RolePrimaryIsText", play_entra,
     answers_with({"POST", "/Users"}, R"("primary":true,"display")",
                  R"("primary":"True","display")"),
     "create alan with roles and a manager"},
    {"DisablingByTextIsIgnored", play_entra, ignores({"PATCH", R"("value":"False")"}),
     "the user is inactive, and still there"},
    {"DottedKeysAreIgnored", play_entra,
     understands({"PATCH", R"("name.givenName":)"}, R"("name.givenName":)", R"("ignored":)"),
     "every attribute is updated"},
    {"FilteredPathCreatesNothing", play_entra,
     understands(
         {"PATCH", "phoneNumbers[type eq"},
         R"({"op":"Add","path":"phoneNumbers[type eq \"mobile\"].value","value":"5550100"},)", ""),
     "every attribute is updated"},
    {"ExcludedAttributesAreIgnored", play_entra,
     understands({"GET", "excludedAttributes"}, "excludedAttributes=members", "ignored=1"),
     "read the group without its members"},
    {"GroupNamesAreNotUnique", play_entra, answers({"POST", "/Groups"}, 409, 201),
     "the name in capitals is a conflict"},
    {"AddingAMemberTwiceIsRefused", play_entra,
     [count = 0](const Outgoing& request, const Forward& forward) mutable {
       Incoming answer = forward(request);
       const bool add = has(request.body, R"("op":"Add","path":"members")");
       if (add && ++count == 2) answer.status = 409;
       return answer;
     },
     "add a member that is one already"},
    {"DeletionOfTheUserIsIgnored", play_entra, ignores({"DELETE", "/Users"}), "the user is gone"},
    {"ADeletedUserIsStillAMember", play_entra,
     answers_with({"GET", "/Groups/"}, R"("members":[)", R"("members":[{"value":"deleted"},)"),
     "gone from the group"},
    {"AnswersAreOrdinaryJson", play_entra,
     [](const Outgoing& request, const Forward& forward) {
       Incoming answer = forward(request);
       for (auto& [name, value] : answer.fields) {
         if (name == "Content-Type") value = "application/json";
       }
       return answer;
     },
     "test the connection: a random user"},
    {"SchemasHoldNull", play_entra,
     answers_with({"GET", "/Schemas"}, R"("multiValued":false)", R"("multiValued":null)"),
     "read the schemas, as when the configuration is saved"},
};

INSTANTIATE_TEST_SUITE_P(Okta, Misbehaviour, testing::ValuesIn(okta_cases),
                         [](const auto& row) { return row.param.name; });
INSTANTIATE_TEST_SUITE_P(Entra, Misbehaviour, testing::ValuesIn(entra_cases),
                         [](const auto& row) { return row.param.name; });

TEST(Simulation, FindsNoFaultInRollcallAsOkta) {
  FaultyServer server;
  const auto records = server.play(play_okta);
  EXPECT_GT(records.size(), 50u);
  EXPECT_TRUE(failed(records).empty()) << in_words(records);
}

TEST(Simulation, FindsNoFaultInRollcallAsEntra) {
  FaultyServer server;
  const auto records = server.play(play_entra);
  EXPECT_GT(records.size(), 100u);
  EXPECT_TRUE(failed(records).empty()) << in_words(records);
}

TEST(Simulation, LeavesNothingBehind) {
  for (const auto scenario : {play_okta, play_entra}) {
    FaultyServer server;
    const auto records = server.play(scenario);
    for (const Record& record : records) {
      if (record.status != 201) continue;
      const simulate::Answer answer({201, {}, record.response_body, {}});
      const json::Value* id = answer.at("id");
      ASSERT_TRUE(id && id->string()) << record.name;
      const bool removed = std::ranges::any_of(records, [&](const Record& later) {
        return later.method == "DELETE" && later.status == 204 && has(later.target, *id->string());
      });
      EXPECT_TRUE(removed) << record.name;
    }
  }
}

}  // namespace
}  // namespace rollcall::test

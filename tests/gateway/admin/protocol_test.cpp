#include "tests/gateway/admin/admin_fixture.h"

#include <atomic>
#include <thread>
#include <vector>

namespace rollcall::admin {
namespace {

using http::Method;
using AdminProtocol = AdminTest;

CallOptions with(std::string_view name, std::string_view value, std::string body = "") {
  return {std::move(body), "", true, {{name, value}}};
}

constexpr const char* new_group = R"({"name": "Team"})";

TEST_F(AdminProtocol, GivesEveryEntityAnETagAndAnswers304) {
  make_organization("acme");
  post("/organizations/acme/deployments", R"({"name": "prod"})");
  const auto first = get("/organizations/acme/deployments/prod");
  EXPECT_EQ(field_of(first, "ETag"), "W/\"1\"");
  const auto again =
      call(Method::get, "/organizations/acme/deployments/prod", with("If-None-Match", "W/\"1\""));
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(
      call(Method::get, "/organizations/acme/deployments/prod", with("If-None-Match", "\"7\""))
          .status,
      200);
  patch("/organizations/acme/deployments/prod", R"({"code_locations": ["core"]})");
  EXPECT_EQ(
      call(Method::get, "/organizations/acme/deployments/prod", with("If-None-Match", "W/\"1\""))
          .status,
      200);
}

// What a user's detail shows beside the user has no version: it is always given in full.
TEST_F(AdminProtocol, NeverAnswers304ForWhatTheVersionDoesNotCover) {
  make_organization("acme");
  const std::string path = "/organizations/acme/users/" + add_person("acme", "ada@acme.example");
  const std::string tag = field_of(get(path), "ETag");
  EXPECT_NE(tag, "");
  EXPECT_EQ(call(Method::get, path, with("If-None-Match", tag)).status, 200);
}

TEST_F(AdminProtocol, LetsTheSecondOfTwoAdminsFailWith412) {
  make_organization("acme");
  const auto made = post("/organizations/acme/groups", new_group);
  const std::string path = "/organizations/acme/groups/" + at(made, "id");
  const std::string tag = field_of(get(path), "ETag");
  const auto first = call(Method::patch, path, with("If-Match", tag, R"({"name": "First"})"));
  EXPECT_EQ(first.status, 200);
  EXPECT_NE(field_of(first, "ETag"), tag);
  expect_problem(call(Method::patch, path, with("If-Match", tag, R"({"name": "Second"})")), 412,
                 "version_mismatch");
  expect_problem(call(Method::delete_, path + "?confirm=true", with("If-Match", tag)), 412,
                 "version_mismatch");
  EXPECT_EQ(at(get(path), "name"), "First");
  EXPECT_EQ(call(Method::patch, path, with("If-Match", "*", R"({"name": "Third"})")).status, 200);
  EXPECT_EQ(call(Method::patch, path,
                 with("If-Match", field_of(get(path), "ETag"), R"({"name": "Fourth"})"))
                .status,
            200);
}

/// How many of several calls at the same time got this status.
template <class Send>
int count_of(int status, Send send) {
  std::atomic<int> count = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] { count += send().status == status; });
  }
  for (std::thread& thread : threads) thread.join();
  return count;
}

TEST_F(AdminProtocol, LetsOneOfSeveralChangesAtTheSameTimeWin) {
  make_organization("acme");
  const std::string path =
      "/organizations/acme/groups/" + at(post("/organizations/acme/groups", new_group), "id");
  const std::string tag = field_of(get(path), "ETag");
  std::atomic<int> number = 0;
  const auto change = [&] {
    const std::string body = R"({"name": "Name )" + std::to_string(++number) + "\"}";
    return call(Method::patch, path, with("If-Match", tag, body));
  };
  EXPECT_EQ(count_of(200, change), 1);
  EXPECT_EQ(at(get(path), "version"), "2");
}

TEST_F(AdminProtocol, DoesOnceWhatSeveralSendAtTheSameTimeWithOneKey) {
  make_organization("acme");
  const auto add = [&] {
    return call(Method::post, "/organizations/acme/groups",
                with("Idempotency-Key", "k", new_group));
  };
  EXPECT_EQ(count_of(201, add), 4);
  EXPECT_EQ(size_at(get("/organizations/acme/groups"), "items"), 1U);
}

TEST_F(AdminProtocol, AnswersARepeatedPostWithoutDoingItAgain) {
  make_organization("acme");
  const auto first =
      call(Method::post, "/organizations/acme/groups", with("Idempotency-Key", "k1", new_group));
  ASSERT_EQ(first.status, 201) << first.body;
  const auto again =
      call(Method::post, "/organizations/acme/groups", with("Idempotency-Key", "k1", new_group));
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(field_of(again, "Location"), field_of(first, "Location"));
  EXPECT_EQ(field_of(again, "Idempotent-Replayed"), "true");
  EXPECT_EQ(size_at(get("/organizations/acme/groups"), "items"), 1U);
  expect_problem(call(Method::post, "/organizations/acme/groups",
                      with("Idempotency-Key", "k1", R"({"name": "Other"})")),
                 409, "idempotency_key_reused");
  expect_problem(call(Method::post, "/organizations/acme/groups",
                      with("Idempotency-Key", "a b", R"({"name": "Other"})")),
                 422, "invalid_value");
}

TEST_F(AdminProtocol, ShowsASecretOnceEvenWhenThePostIsRepeated) {
  const auto first =
      call(Method::post, "/tokens", with("Idempotency-Key", "k", R"({"name": "t"})"));
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_TRUE(at(first, "secret").starts_with("rco_"));
  const auto again =
      call(Method::post, "/tokens", with("Idempotency-Key", "k", R"({"name": "t"})"));
  EXPECT_EQ(at(again, "id"), at(first, "id"));
  EXPECT_EQ(at(again, "secret"), "(none)");
  EXPECT_EQ(size_at(get("/tokens"), "items"), 1U);
}

TEST_F(AdminProtocol, DoesNotKeepARefusal) {
  make_organization("acme");
  post("/organizations/acme/groups", new_group);
  expect_problem(
      call(Method::post, "/organizations/acme/groups", with("Idempotency-Key", "k", new_group)),
      409, "group_name_taken");
  const std::string id = at(get("/organizations/acme/groups"), "items.0.id");
  EXPECT_EQ(remove("/organizations/acme/groups/" + id + "?confirm=true").status, 204);
  EXPECT_EQ(
      call(Method::post, "/organizations/acme/groups", with("Idempotency-Key", "k", new_group))
          .status,
      201);
}

TEST_F(AdminProtocol, TakesACursorOnlyInTheListAndOrganizationItCameFrom) {
  for (const char* slug : {"acme", "other"}) {
    make_organization(slug);
    for (int i = 0; i < 3; ++i) {
      const std::string number = std::to_string(i);
      post(std::string("/organizations/") + slug + "/groups", R"({"name": "g)" + number + "\"}");
      add_person(slug, "u" + number + "@" + slug + ".example");
    }
  }
  const std::string cursor = at(get("/organizations/acme/groups?limit=1"), "next");
  EXPECT_EQ(at(get("/organizations/acme/groups?limit=1&cursor=" + cursor), "items.0.name"), "g1");
  expect_problem(get("/organizations/other/groups?cursor=" + cursor), 422, "invalid_value");
  expect_problem(get("/organizations/acme/users?cursor=" + cursor), 422, "invalid_value");
  std::string forged = cursor;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  expect_problem(get("/organizations/acme/groups?cursor=" + forged), 422, "invalid_value");
}

struct Destructive {
  const char* make;
  const char* body;
  /// Of what is removed; "{id}" is the id of what was made.
  const char* path;
  const char* preview;
};

class AdminConfirm : public AdminTest, public testing::WithParamInterface<Destructive> {};

// S32
TEST_P(AdminConfirm, IsAskedWithAPreviewBeforeAnythingGoes) {
  make_organization("acme");
  const std::string base = "/organizations/acme";
  const auto made = post(base + GetParam().make, GetParam().body);
  ASSERT_EQ(made.status, 201) << made.body;
  std::string path = base + GetParam().path;
  if (const auto place = path.find("{id}"); place != std::string::npos) {
    path.replace(place, 4, at(made, "id"));
  }
  const auto asked = remove(path);
  expect_problem(asked, 428, "confirm_required");
  EXPECT_NE(at(asked, std::string("preview.") + GetParam().preview), "(none)") << asked.body;
  EXPECT_EQ(get(path).status, 200);
  expect_problem(remove(path + "?confirm=false"), 428, "confirm_required");
  EXPECT_EQ(remove(path + "?confirm=true").status, 204);
  EXPECT_EQ(get(path).status, 404);
}

INSTANTIATE_TEST_SUITE_P(
    Deletes, AdminConfirm,
    testing::Values(
        Destructive{"/users", R"({"email": "ada@acme.example"})", "/users/{id}", "user.id"},
        Destructive{"/groups", R"({"name": "Team"})", "/groups/{id}", "group.id"},
        Destructive{"/service-users", R"({"name": "bot"})", "/service-users/{id}",
                    "service_user.id"},
        Destructive{"/deployments", R"({"name": "prod"})", "/deployments/prod", "deployment.name"},
        Destructive{"/branch-deployments", R"({"name": "pr-1"})", "/branch-deployments/pr-1",
                    "deployment.name"},
        Destructive{"/projects", R"({"id": "p1"})", "/projects/p1", "project.id"},
        Destructive{"/roles",
                    R"({"key": "wiper", "name": "Wiper", "level": "deployment",
                        "permissions": ["assets.wipe"]})",
                    "/roles/wiper", "role.key"}),
    [](const auto& info) { return "Delete" + std::to_string(info.index); });

}  // namespace
}  // namespace rollcall::admin

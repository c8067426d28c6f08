#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"
#include "gateway/admin/tokens.h"
#include "gateway/admin/user_access.h"
#include "scim/resource.h"

#include <array>

namespace rollcall::admin {
namespace {

using access::AdminRight;

constexpr std::size_t most_groups = 100;

/// What a body states of a person; the rest stays.
struct StatedUser {
  std::optional<std::string> email;
  std::optional<std::string> user_name;
  std::optional<std::string> given_name;
  std::optional<std::string> family_name;
  std::optional<std::string> display_name;
  std::optional<bool> active;

  bool empty() const {
    return !email && !user_name && !given_name && !family_name && !display_name && !active;
  }
};

bool is_address(const std::string& text) {
  UserProfile named;
  named.user_name = text;
  return primary_address(named).has_value();
}

StatedUser read_stated(Input& body) {
  StatedUser stated;
  stated.email = body->text("email", 320);
  stated.user_name = body->text("user_name", 320);
  stated.given_name = body->text("given_name", 200);
  stated.family_name = body->text("family_name", 200);
  stated.display_name = body->text("display_name", 400);
  if (stated.email && !is_address(*stated.email)) {
    body->problem(0, "\"email\" must be an e-mail address");
  }
  return stated;
}

/// The SCIM resource that `stated` makes of `document`, checked as one that an IdP sends (S15).
Result<UserProfile> stated_profile(const StatedUser& stated, json::Object document) {
  if (stated.user_name) document.set("userName", *stated.user_name);
  if (stated.email) {
    document.set("emails", json::Array{json::Object{
                               {"value", *stated.email}, {"type", "work"}, {"primary", true}}});
  }
  if (stated.given_name || stated.family_name) {
    const json::Value* old = document.find("name");
    json::Object name = old && old->object() ? *old->object() : json::Object{};
    name.erase("formatted");
    if (stated.given_name) name.set("givenName", *stated.given_name);
    if (stated.family_name) name.set("familyName", *stated.family_name);
    document.set("name", std::move(name));
  }
  if (stated.display_name) document.set("displayName", *stated.display_name);
  if (stated.active) document.set("active", *stated.active);
  auto profile =
      scim::read_user(json::Value(std::move(document)), scim::quirks_of(ScimMode::lenient));
  if (!profile) return Error(Fault::invalid_value, profile.error().detail());
  return profile;
}

std::optional<License> read_license(Input& body) {
  const auto key = body->text("license", 100);
  if (!key) return std::nullopt;
  const auto license = find_license(*key);
  if (!license) {
    std::string known;
    for (const LicenseType& type : license_types()) known.append(" ").append(type.key);
    body->problem(0, "\"license\" must be one of:" + known);
  }
  return license;
}

std::optional<UserState> read_state(Input& query) {
  constexpr std::array<std::string_view, 3> words{"invited", "active", "deactivated"};
  const auto word = query->word("state", words);
  if (!word) return std::nullopt;
  return static_cast<UserState>(std::ranges::find(words, *word) - words.begin());
}

/// Who identity providers say that the user is.
json::Array shown_identities(Context& context, const User& user) {
  json::Array shown;
  for (const LinkedIdentity& identity :
       context.transaction().identities(context.key()).list_of_user(user.position)) {
    shown.push_back(to_json(identity));
  }
  return shown;
}

Result<> add_to_groups(Context& context, const User& user, const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    TRY(const Group group, find_group_called(context, name));
    CHECK_OK(check_hands_on(context, {SubjectKind::group, group.position}));
    const std::array members{user.id};
    CHECK_OK(context.groups().change_members(group, members, {}));
  }
  return {};
}

}  // namespace

Result<http::Response> list_users(Context& context) {
  constexpr std::array<std::string_view, 1> kinds{"human"};
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("users");
  query->word("kind", kinds);
  UserSelection exact;
  exact.user_name = query->text("user_name", 320);
  exact.email = query->text("email", 320);
  UserSearch search;
  search.prefix = query->text("search", 320);
  search.name = query->text("name", 320);
  search.state = read_state(query);
  search.scim_managed = query.flag("scim_managed");
  search.license = read_license(query);
  search.not_signed_in_since = query.instant("not_signed_in_since");
  if (!query.valid()) return query.refusal();
  UserAccess access(context);
  const auto show = [&](const User& user) {
    json::Object object = to_json(user);
    for (json::Member& member : access.of(user)) {
      object.append(member.name, std::move(member.value));
    }
    return object;
  };
  if (!exact.unconstrained()) {
    return context.page("users", context.users().list(exact, page.position(), page.limit + 1), page,
                        show);
  }
  const FoundUsers found = context.users().search(search, page.position(), page.limit);
  json::Array items;
  for (const User& user : found.users) items.push_back(show(user));
  return page_response(context.call(), "users", std::move(items),
                       found.next ? std::to_string(*found.next) : "");
}

Result<http::Response> create_user(Context& context) {
  Input body(context.call(), Input::Part::body);
  StatedUser stated = read_stated(body);
  body->require("email");
  NewUser wanted;
  wanted.license = read_license(body);
  wanted.notify = body->boolean("notify").value_or(true);
  const auto groups = body->texts("groups");
  if (groups && groups->size() > most_groups) body->problem(0, "\"groups\" are at most 100");
  if (!body.valid()) return body.refusal();
  if (!stated.user_name) stated.user_name = stated.email;
  if (wanted.license) CHECK_OK(check_hands_on(context, *wanted.license));
  if (groups) CHECK_OK(context.authority().need(AdminRight::manage_groups));
  TRY(auto profile, stated_profile(stated, {}));
  TRY(const User user, context.users().add(std::move(profile), wanted));
  if (groups) CHECK_OK(add_to_groups(context, user, *groups));
  return created_response(context, to_json(user), "users/" + user.id.str());
}

Result<http::Response> get_user(Context& context) {
  TRY(const User user, find_user(context, context.argument(1)));
  if (!context.authority().is_user(user.position)) {
    CHECK_OK(context.authority().need(AdminRight::read_people));
  }
  json::Object more = UserAccess(context).of(user);
  more.append("identities", shown_identities(context, user));
  return detail_response(to_json(user), more);
}

Result<http::Response> change_user(Context& context) {
  Input body(context.call(), Input::Part::body);
  StatedUser stated = read_stated(body);
  stated.active = body->boolean("active");
  const auto license = read_license(body);
  if (!body.valid()) return body.refusal();
  if (!stated.empty() || !license) CHECK_OK(context.authority().need(AdminRight::manage_users));
  if (license) CHECK_OK(context.authority().need(AdminRight::manage_licenses));
  TRY(User user, find_user(context, context.argument(1)));
  CHECK_OK(context.match(to_json(user)));
  // Whoever decides a person's address decides who signs in as that person.
  if (stated.email || stated.user_name) {
    CHECK_OK(check_hands_on(context, {SubjectKind::user, user.position}));
  }
  if (license) CHECK_OK(check_hands_on(context, *license));
  if (!stated.empty()) {
    TRY(auto profile, stated_profile(stated, scim::user_document(user, "")));
    TRY(user, context.users().update(user, std::move(profile)));
  }
  if (license) {
    TRY(user, context.users().set_license(user, *license));
  }
  return entity_response(200, to_json(user));
}

Result<http::Response> remove_user(Context& context) {
  TRY(const User user, find_user(context, context.argument(1)));
  CHECK_OK(context.match(to_json(user)));
  const auto warnings = context.users().removal_warnings(user);
  auto ask = ask_to_confirm(context, [&] {
    json::Object preview{{"user", to_json(user)}};
    for (json::Member& member : UserAccess(context).of(user)) {
      preview.append(member.name, std::move(member.value));
    }
    const auto tokens = context.transaction().tokens().list_of_user(user.position, 0, 1000);
    preview.append("tokens", static_cast<std::int64_t>(living_tokens(context, tokens)));
    preview.append("warnings", shown(warnings));
    return preview;
  });
  if (ask) return *std::move(ask);
  CHECK_OK(context.users().remove(user.id));
  return done_response(warnings);
}

Result<http::Response> unlink_identity(Context& context) {
  TRY(const User user, find_user(context, context.argument(1)));
  CHECK_OK(context.match(to_json(user)));
  // Another identity may take its place at the next sign-in, as with another address.
  CHECK_OK(check_hands_on(context, {SubjectKind::user, user.position}));
  CHECK_OK(context.transaction().identities(context.key()).unlink(user, context.argument(2)));
  return http::Response(204);
}

}  // namespace rollcall::admin

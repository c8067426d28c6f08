#include "gateway/admin/csv.h"
#include "gateway/admin/endpoints.h"
#include "gateway/admin/show.h"
#include "gateway/admin/user_access.h"

#include <algorithm>
#include <array>

namespace rollcall::admin {
namespace {

/// One right of one principal: what, since when, by which rule.
struct HeldRight {
  std::string role;
  std::string scope;
  json::Value environments;
  std::string via;  // "grant", or the group's name
  Timestamp since;
  std::string by;
  std::string rule;  // what made the membership, of those through a group
};

struct Reviewed {
  json::Object principal;
  std::string license;
  std::vector<HeldRight> holdings;
};

HeldRight own(const Grant& grant) {
  return {grant.role,
          grant.scope.str(),
          grant.environments ? shown_environments(grant.environments) : json::Value(),
          "grant",
          grant.since,
          grant.by,
          std::string(name(grant.origin))};
}

/// What put the user into the group.
std::string rule_of(const Membership& row) {
  if (row.scim_connection) return "scim " + *row.scim_connection;
  if (row.rule) return row.connection.value_or("sso") + " " + *row.rule;
  return std::string(name(row.origin));
}

Reviewed review(Context& context, UserAccess& access, const User& user) {
  Reviewed reviewed{{{"kind", "user"},
                     {"id", user.id.str()},
                     {"name", user.profile.user_name},
                     {"state", name(user.state)},
                     {"last_sign_in", shown(user.last_sign_in)}},
                    user.license ? std::string(type_of(*user.license).key) : "",
                    {}};
  for (const Grant& grant : context.grants().of({SubjectKind::user, user.position})) {
    reviewed.holdings.push_back(own(grant));
  }
  for (const Membership& row : access.memberships_of(user)) {
    for (const Grant& grant : access.grants_of(row).grants) {
      HeldRight holding = own(grant);
      holding.via = row.group_name;
      // It counts for this person since both are there.
      holding.since = std::max(grant.since, row.since);
      holding.rule = rule_of(row);
      reviewed.holdings.push_back(std::move(holding));
    }
  }
  return reviewed;
}

Reviewed review(Context& context, const ServiceUser& found) {
  Reviewed reviewed{
      {{"kind", "service_user"}, {"id", found.id.str()}, {"name", found.name}}, "", {}};
  for (const Grant& grant : context.grants().of({SubjectKind::service_user, found.position})) {
    reviewed.holdings.push_back(own(grant));
  }
  return reviewed;
}

/// Users first, then service users; `after` is "u" or "s" and a position.
struct ReviewPage {
  std::vector<Reviewed> principals;
  std::string next;
};

ReviewPage read_page(Context& context, const Page& page) {
  ReviewPage read;
  const bool among_users = !page.after.starts_with('s');
  std::int64_t position = 0;
  if (!page.after.empty()) position = Page{page.limit, page.after.substr(1)}.position();
  if (among_users) {
    UserAccess access(context);
    auto users = context.users().list({}, position, page.limit + 1);
    const bool more = users.size() > page.limit;
    if (more) users.pop_back();
    for (const User& user : users) read.principals.push_back(review(context, access, user));
    if (more) read.next = "u" + std::to_string(users.back().position);
    if (more) return read;
    position = 0;
  }
  const std::size_t room = page.limit - read.principals.size();
  auto found = context.transaction().service_users(context.key()).list("", position, room + 1);
  if (found.size() > room) {
    found.pop_back();
    read.next = "s" + std::to_string(found.empty() ? position : found.back().position);
  }
  for (const ServiceUser& one : found) read.principals.push_back(review(context, one));
  return read;
}

json::Object to_json(Reviewed reviewed) {
  json::Array holdings;
  for (HeldRight& holding : reviewed.holdings) {
    json::Object object{{"role", holding.role}, {"scope", holding.scope}};
    if (!holding.environments.is_null()) {
      object.append("environments", std::move(holding.environments));
    }
    object.append("via", holding.via);
    object.append("since", format_timestamp(holding.since));
    object.append("by", holding.by);
    object.append("rule", holding.rule);
    holdings.push_back(std::move(object));
  }
  return {{"principal", std::move(reviewed.principal)},
          {"license",
           reviewed.license.empty() ? json::Value() : json::Value(std::move(reviewed.license))},
          {"holdings", std::move(holdings)}};
}

std::string text(const json::Object& object, std::string_view member) {
  const json::Value* value = object.find(member);
  return value && value->string() ? *value->string() : "";
}

std::string csv_of(const ReviewPage& page, bool first) {
  constexpr std::array heads{"kind",  "id",  "name",  "state", "license", "role",
                             "scope", "via", "since", "by",    "rule"};
  std::string out;
  if (first) append_csv_line(out, std::vector<std::string>(heads.begin(), heads.end()));
  for (const Reviewed& reviewed : page.principals) {
    const json::Object& principal = reviewed.principal;
    const auto line = [&](const HeldRight* holding) {
      const std::array<std::string, 11> fields{text(principal, "kind"),
                                               text(principal, "id"),
                                               text(principal, "name"),
                                               text(principal, "state"),
                                               reviewed.license,
                                               holding ? holding->role : "",
                                               holding ? holding->scope : "",
                                               holding ? holding->via : "",
                                               holding ? format_timestamp(holding->since) : "",
                                               holding ? holding->by : "",
                                               holding ? holding->rule : ""};
      append_csv_line(out, fields);
    };
    // Who has nothing is in the review, too.
    if (reviewed.holdings.empty()) line(nullptr);
    for (const HeldRight& holding : reviewed.holdings) line(&holding);
  }
  return out;
}

}  // namespace

Result<http::Response> review_access(Context& context) {
  constexpr std::array<std::string_view, 2> formats{"json", "csv"};
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("access-review");
  const auto format = query->word("format", formats);
  if (!query.valid()) return query.refusal();
  ReviewPage read = read_page(context, page);
  if (format == "csv") {
    http::Response response(200, "text/csv; charset=utf-8", csv_of(read, page.after.empty()));
    if (!read.next.empty()) {
      response.with("X-Next-Cursor", cursor_of(context.call(), "access-review", read.next));
    }
    return response;
  }
  json::Array items;
  for (Reviewed& reviewed : read.principals) items.push_back(to_json(std::move(reviewed)));
  return page_response(context.call(), "access-review", std::move(items), read.next);
}

}  // namespace rollcall::admin

#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/hand_on.h"
#include "gateway/admin/show.h"
#include "gateway/base/text.h"

namespace rollcall::admin {
namespace {

constexpr std::size_t most_at_once = 1000;
constexpr std::size_t most_groups = 100;

Invitations invitations(Context& context) {
  return context.transaction().invitations(context.key());
}

json::Object to_json(const Confirmation& confirmation) {
  return {{"user", confirmation.user.str()},
          {"kind", name(confirmation.kind)},
          {"email", confirmation.email},
          {"by", confirmation.by},
          {"created", format_timestamp(confirmation.created)},
          {"expires", format_timestamp(confirmation.expires)}};
}

/// Addresses as people paste them: by comma, semicolon, space or line (F48).
std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = text.find_first_of(",; \t\r\n");
    if (const auto part = trim(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return parts;
}

std::vector<std::string> read_emails(Input& body) {
  std::vector<std::string> emails;
  if (const yaml::Node* node = body->node("emails"); node && node->kind != yaml::Node::Kind::null) {
    if (node->kind == yaml::Node::Kind::scalar) {
      emails = split(node->text);
    } else if (auto list = body->texts("emails", 320)) {
      emails = *std::move(list);
    }
  }
  if (emails.empty() || emails.size() > most_at_once) {
    body->problem(0, "\"emails\" must hold 1 to 1000 addresses");
  }
  return emails;
}

Result<User> invited_user(Context& context) {
  TRY(User user, find_user(context, context.argument(1)));
  if (user.state != UserState::invited) return no_such("invitation");
  return user;
}

}  // namespace

Result<http::Response> list_invitations(Context& context) {
  Input query(context.call(), Input::Part::query);
  const Page page = query.page("invitations");
  if (!query.valid()) return query.refusal();
  return context.page("invitations", invitations(context).list(page.position(), page.limit + 1),
                      page, [](const Confirmation& item) { return to_json(item); });
}

Result<http::Response> create_invitations(Context& context) {
  Input body(context.call(), Input::Part::body);
  const auto emails = read_emails(body);
  const auto license_key = body->text("license", 100);
  const auto group_names = body->texts("groups");
  const auto license = license_key ? find_license(*license_key) : std::nullopt;
  if (license_key && !license) body->problem(0, "\"license\" is no licence type");
  if (group_names && group_names->size() > most_groups) {
    body->problem(0, "\"groups\" are at most 100");
  }
  if (!body.valid()) return body.refusal();
  if (license) CHECK_OK(check_hands_on(context, *license));
  std::vector<GroupId> groups;
  if (group_names) CHECK_OK(context.authority().need(access::AdminRight::manage_groups));
  for (const std::string& group : group_names.value_or(std::vector<std::string>())) {
    TRY(const Group found, find_group_called(context, group));
    CHECK_OK(check_hands_on(context, {SubjectKind::group, found.position}));
    groups.push_back(found.id);
  }
  TRY(const auto users, invitations(context).invite(emails, license, groups));
  json::Array items;
  for (const User& user : users) items.push_back(to_json(user));
  return json_response(201, {{"items", std::move(items)}});
}

Result<http::Response> resend_invitation(Context& context) {
  TRY(const User user, invited_user(context));
  CHECK_OK(invitations(context).resend(user));
  return http::Response(204);
}

Result<http::Response> revoke_invitation(Context& context) {
  TRY(const User user, invited_user(context));
  CHECK_OK(invitations(context).revoke(user));
  return http::Response(204);
}

}  // namespace rollcall::admin

#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/show.h"

namespace rollcall::admin {
namespace {

using access::AdminRight;

Sessions sessions_of(Context& context) { return context.transaction().sessions(context.key()); }

json::Object to_json(const Session& session, const Call& call) {
  return {{"id", session.id.str()},
          {"user", session.user.str()},
          {"connection", session.connection},
          {"address", session.address},
          {"user_agent", session.user_agent},
          {"created", format_timestamp(session.created)},
          {"last_used", format_timestamp(session.last_used)},
          {"expires", format_timestamp(session.expires)},
          {"reauth_at", format_timestamp(session.reauth_at)},
          {"reauth_postponed", shown(session.reauth_postponed)},
          {"current", call.session && *call.session == session.hash}};
}

/// The person whose sessions are meant: the one named, else the caller; nobody for all people.
/// Those of others are for whoever manages people.
Result<std::optional<std::int64_t>> person_meant(Context& context,
                                                 const std::optional<std::string>& user) {
  const Authority& caller = context.authority();
  if (user) {
    TRY(const User found, find_user_called(context.transaction(), context.key(), *user));
    if (!caller.is_user(found.position)) CHECK_OK(caller.need(AdminRight::manage_users));
    return std::optional(found.position);
  }
  if (caller.may(AdminRight::manage_users)) return std::optional<std::int64_t>();
  if (caller.principal()->kind != SubjectKind::user) {
    return caller.need(AdminRight::manage_users).error();
  }
  return std::optional(caller.principal()->position);
}

/// The one that makes this call; nothing if it comes with a token.
std::optional<SessionId> current_session(Context& context) {
  if (!context.call().session) return std::nullopt;
  const auto session = Sessions::find(context.transaction(), *context.call().session);
  return session ? std::optional(session->id) : std::nullopt;
}

json::Object count_of(std::size_t ended) { return {{"ended", static_cast<std::int64_t>(ended)}}; }

}  // namespace

Result<http::Response> list_sessions(Context& context) {
  Input query(context.call(), Input::Part::query);
  const auto user = query->text("user", 320);
  const Page page = query.page("sessions");
  if (!query.valid()) return query.refusal();
  TRY(const auto person, person_meant(context, user));
  auto list = person ? sessions_of(context).list_of_user(*person, page.position(), page.limit + 1)
                     : sessions_of(context).list(page.position(), page.limit + 1);
  return context.page("sessions", std::move(list), page,
                      [&](const Session& session) { return to_json(session, context.call()); });
}

Result<http::Response> end_session(Context& context) {
  const auto id = SessionId::parse(context.argument(1));
  if (!id) return no_such("session");
  const auto session = sessions_of(context).get(*id);
  if (!session) return no_such("session");
  const bool own = context.authority().is_user(session->user_position);
  if (!own) CHECK_OK(context.authority().need(AdminRight::manage_users));
  sessions_of(context).end(*session, own ? SessionEnd::user : SessionEnd::admin);
  return http::Response(204);
}

Result<http::Response> end_sessions(Context& context) {
  Input query(context.call(), Input::Part::query);
  const auto user = query->text("user", 320);
  const bool others = query.flag("others").value_or(false);
  const bool all = query.flag("all").value_or(false);
  if (user.has_value() == all) query->problem(0, "name a \"user\", or say \"all\": true");
  if (all && others) query->problem(0, "\"others\" is about one person's sessions");
  if (!query.valid()) return query.refusal();
  if (all) {
    CHECK_OK(context.authority().need(AdminRight::manage_users));
    return json_response(200, count_of(sessions_of(context).end_all()));
  }
  TRY(const auto person, person_meant(context, user));
  const bool own = context.authority().is_user(*person);
  const auto kept = others ? current_session(context) : std::nullopt;
  const SessionEnd why = own ? SessionEnd::user : SessionEnd::admin;
  return json_response(200, count_of(sessions_of(context).end_of_user(*person, why, kept)));
}

}  // namespace rollcall::admin

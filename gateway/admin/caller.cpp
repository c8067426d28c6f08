#include "gateway/admin/caller.h"

#include "gateway/base/text.h"

#include <chrono>

namespace rollcall::admin {
namespace {

constexpr std::size_t longest_token = 128;
constexpr std::chrono::minutes use_precision{1};

std::optional<Sha256> bearer_token(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (authorization.size() <= scheme.size() ||
      !iequals(authorization.substr(0, scheme.size()), scheme)) {
    return std::nullopt;
  }
  const auto token = trim(authorization.substr(scheme.size()));
  if (token.empty() || token.size() > longest_token) return std::nullopt;
  return token_hash(token);
}

Error bad_token() {
  return {Fault::unauthenticated, "The bearer token is missing, unknown, expired or revoked."};
}

/// Losing it loses a statistic only.
void note_use(const Services& services, const Token& token, const Actor& actor) {
  const Timestamp now = services.clock.now();
  if (token.last_used && now - *token.last_used <= use_precision) return;
  static_cast<void>(services.directory.write_now(actor, [&](Transaction& transaction) -> Result<> {
    transaction.tokens().touch(token.id, now);
    return {};
  }));
}

/// The call as the token's; what it says of its owner.
Result<> take_identity(const Token& token, Call& call) {
  call.actor.source = Source::api;
  call.actor.id = token.id.str();
  switch (token.kind) {
    case TokenKind::operator_:
      call.actor.kind = ActorKind::operator_token;
      return {};
    case TokenKind::user:
      if (!token.user || !token.organization) return bad_token();
      call.actor.kind = ActorKind::user;
      call.actor.id = token.user->id.str();
      call.principal = {*token.organization, SubjectKind::user, token.user->position};
      return {};
    case TokenKind::service_user:
      if (!token.service_user || !token.organization) return bad_token();
      call.actor.kind = ActorKind::service_user;
      call.actor.id = token.service_user->id.str();
      call.principal = {*token.organization, SubjectKind::service_user,
                        token.service_user->position};
      return {};
    case TokenKind::scim:
      break;
  }
  return Error(Fault::forbidden, "This token is not for the admin API.");
}

/// What the call's principal may do, from where it calls.
Result<Authority> authority_of_principal(const Services& services, const Call& call) {
  auto rights = services.rights.get_now(*call.principal);
  if (!rights && rights.error().fault() == Fault::not_found) return bad_token();
  if (!rights) return std::move(rights).error();
  Authority authority(*call.principal, *std::move(rights));
  CHECK_OK(authority.check_admitted(call.actor.address));
  return authority;
}

/// Somebody in a browser. What changes something must come from a page of ours (CSRF).
Result<Authority> identify_session(const Services& services, Call& call) {
  TRY(const session::SessionPtr session, services.sessions.get_now(*call.session));
  if (!session || !session->good(services.clock.now())) {
    return Error(Fault::unauthenticated, "The session is over: sign in.");
  }
  const bool reads = call.method == http::Method::get || call.method == http::Method::head;
  if (call.cross_site && !reads) {
    return Error(Fault::forbidden, "A page of another site sent this.").with_code("cross_site");
  }
  call.actor.source = Source::api;
  call.actor.kind = ActorKind::user;
  call.actor.id = session->user.str();
  call.principal = {session->organization, SubjectKind::user, session->user_position};
  TRY(Authority authority, authority_of_principal(services, call));
  services.sessions.note_use(*session);
  return authority;
}

}  // namespace

Result<Authority> identify_caller(const Services& services, Call& call) {
  if (call.local) {
    call.actor.kind = ActorKind::operator_local;
    call.actor.source = Source::cli;
    return Authority();
  }
  if (call.authorization.empty() && call.session) return identify_session(services, call);
  const auto hash = bearer_token(call.authorization);
  if (!hash) return bad_token();
  TRY(const std::optional<Token> token,
      services.directory.read_now([&](Transaction& transaction) -> Result<std::optional<Token>> {
        return transaction.tokens().find(*hash);
      }));
  if (!token || !token->alive(services.clock.now())) return bad_token();
  CHECK_OK(take_identity(*token, call));
  if (!call.principal) {
    note_use(services, *token, call.actor);
    return Authority();
  }
  TRY(Authority authority, authority_of_principal(services, call));
  note_use(services, *token, call.actor);
  return authority;
}

}  // namespace rollcall::admin

#include "gateway/sign_in/confirmation.h"

#include "gateway/sign_in/pages.h"
#include "gateway/sign_in/trace.h"

namespace rollcall::sign_in {
namespace {

struct Pending {
  Organization organization;
  Confirmation confirmation;
};

Error link_over() { return Error(Fault::not_found, "This link is used, expired or unknown."); }

Result<Pending> peek(Transaction& transaction, std::string_view token) {
  const auto organization = Invitations::find(transaction, token);
  if (!organization) return link_over();
  TRY(Confirmation confirmation, transaction.invitations(*organization).peek(token));
  return Pending{transaction.organization(*organization), std::move(confirmation)};
}

std::string called(const Organization& organization) {
  return organization.name.empty() ? organization.slug : organization.name;
}

http::Response show_link_over() {
  return page(404, "refused",
              {{"heading", "This link is over"},
               {"sentence",
                "It was used already, has run out after 7 days, or was replaced by a "
                "newer one."},
               {"advice",
                "If it was yours and you have used it, you can sign in. Otherwise ask "
                "your administrator for a new one."},
               {"again", "/login"},
               {"again_label", "Go to the sign-in"}});
}

http::Response refused(const Error& error) {
  if (error.fault() == Fault::not_found) return show_link_over();
  if (error.fault() == Fault::unavailable) return refusal_page(error, make_trace_id(), "");
  http::Response response =
      page(refusal_status(error), "refused",
           {{"heading", "This could not be confirmed"},
            {"sentence", "Something has changed since the message was sent to you."},
            {"advice", "Ask your administrator for a new one."}});
  response.why = error.detail();
  return response;
}

/// What the page says, by what the link is for.
struct Wording {
  const char* heading;
  const char* before;
  const char* button;
  const char* after;
};

Wording wording(ConfirmationKind kind) {
  switch (kind) {
    case ConfirmationKind::invitation:
      return {"Accept the invitation", "You are invited to ", "Accept the invitation",
              "You have accepted the invitation. Sign in to begin."};
    case ConfirmationKind::new_user:
      return {"Confirm your address", "This confirms your e-mail address for ",
              "Confirm this address", "Your address is confirmed. Sign in to begin."};
    case ConfirmationKind::email_change:
      return {"Confirm your new address", "This makes it your e-mail address for ",
              "Confirm this address", "Your new address is confirmed."};
  }
  return {};
}

}  // namespace

Awaitable<http::Response> ConfirmationPages::show(Call call) const {
  const std::string token = single(call.parameters, "token").value_or("");
  const auto read = [&](Transaction& transaction) { return peek(transaction, token); };
  auto pending = co_await services_.directory.read(read);
  if (!pending) co_return refused(pending.error());
  const Wording words = wording(pending->confirmation.kind);
  json::Object data;
  data.append("heading", words.heading);
  data.append("sentence", words.before + called(pending->organization) + ".");
  data.append("email", pending->confirmation.email);
  data.append("button", words.button);
  data.append("token", token);
  co_return page(200, "confirm", data);
}

Awaitable<http::Response> ConfirmationPages::settle(Call call) const {
  const std::string token = single(call.parameters, "token").value_or("");
  const auto read = [&](Transaction& transaction) { return peek(transaction, token); };
  auto pending = co_await services_.directory.read(read);
  if (!pending) co_return refused(pending.error());
  Actor actor = call.browser.actor();
  actor.kind = ActorKind::user;
  actor.id = pending->confirmation.user.str();
  const OrganizationKey organization = pending->organization.key;
  const auto work = [&](Transaction& transaction) {
    return transaction.invitations(organization).redeem(token);
  };
  auto user = co_await services_.directory.write(std::move(actor), work);
  if (!user) co_return refused(user.error());
  json::Object data;
  data.append("sentence", wording(pending->confirmation.kind).after);
  data.append("sign_in", "/login?organization=" + pending->organization.slug);
  co_return page(200, "confirmed", data);
}

}  // namespace rollcall::sign_in

#include "gateway/admin/endpoints.h"
#include "gateway/admin/find.h"
#include "gateway/admin/show.h"

#include <array>
#include <charconv>

namespace rollcall::admin {
namespace {

json::Object to_json(const SignInTrace& trace) {
  return {{"trace", trace.id},
          {"at", format_timestamp(trace.at)},
          {"connection", trace.connection},
          {"outcome", name(trace.outcome)},
          {"reason", trace.reason.empty() ? json::Value() : json::Value(trace.reason)},
          {"user", trace.user ? json::Value(trace.user->str()) : json::Value()}};
}

/// Every member of the contract, whatever the trace has to say: one that ended early knows no
/// claims, one that was erased or cut down has lost them.
json::Object detailed(const SignInTrace& trace) {
  json::Object object = to_json(trace);
  object.append("steps", json::Array{});
  object.append("claims", json::Object{});
  object.append("groups", json::Object{{"state", "unknown"}, {"values", json::Array{}}});
  object.append("changes", json::Array{});
  for (const json::Member& member : trace.document) {
    const bool says_nothing = member.value.object() && member.value.object()->empty();
    if (!says_nothing) object.set(member.name, member.value);
  }
  return object;
}

/// The id as a person may have written it down (Crockford's base32): whatever the case, O for 0,
/// I and L for 1, with dashes or without.
std::string normal_trace_id(std::string_view text) {
  std::string id;
  for (char c : text) {
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    if (id.size() == 4 || id.size() == 9) id += '-';
    id += c;
  }
  return id;
}

constexpr std::array outcomes{SignInOutcome::signed_in,   SignInOutcome::refused,
                              SignInOutcome::abandoned,   SignInOutcome::pending,
                              SignInOutcome::test_passed, SignInOutcome::renewed,
                              SignInOutcome::postponed,   SignInOutcome::signed_out};

std::optional<SignInOutcome> read_outcome(Input& query) {
  std::array<std::string_view, outcomes.size()> words;
  std::ranges::transform(outcomes, words.begin(), [](SignInOutcome it) { return name(it); });
  const auto word = query->word("outcome", words);
  if (!word) return std::nullopt;
  return outcomes[static_cast<std::size_t>(std::ranges::find(words, *word) - words.begin())];
}

}  // namespace

Result<http::Response> list_sign_ins(Context& context) {
  Input query(context.call(), Input::Part::query);
  SignInFilter filter{.connection = query->text("connection", 63), .outcome = read_outcome(query)};
  const auto user = query->text("user", 320);
  const Page page = query.page("sign-ins");
  if (!query.valid()) return query.refusal();
  if (user) {
    TRY(const User found, find_user_called(context.transaction(), context.key(), *user));
    filter.user = found.id;
  }
  const auto before =
      page.after.empty() ? std::nullopt : std::optional<std::int64_t>(page.position());
  const auto found =
      context.transaction().sign_in_traces().list(context.key(), filter, before, page.limit);
  json::Array items;
  for (const SignInTrace& trace : found.traces) items.emplace_back(to_json(trace));
  return page_response(context.call(), "sign-ins", std::move(items),
                       found.next ? std::to_string(*found.next) : "");
}

Result<http::Response> get_sign_in(Context& context) {
  TRY(const SignInTrace trace, context.transaction().sign_in_traces().get(
                                   context.key(), normal_trace_id(context.argument(1))));
  return json_response(200, detailed(trace));
}

}  // namespace rollcall::admin

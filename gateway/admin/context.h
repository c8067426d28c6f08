#pragma once

#include "gateway/admin/authority.h"
#include "gateway/admin/call.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// One call inside its unit of work, once its caller was let in.
class Context {
 public:
  Context(const Services& services, Transaction& transaction, const Call& call,
          const Authority& authority, std::optional<Organization> organization)
      : services_(services),
        transaction_(transaction),
        call_(call),
        authority_(authority),
        organization_(std::move(organization)) {}

  const Services& services() const { return services_; }
  Transaction& transaction() { return transaction_; }
  const Call& call() const { return call_; }
  const Authority& authority() const { return authority_; }
  /// The organization in the path; only on routes that have one.
  const Organization& organization() const { return *organization_; }
  bool has_organization() const { return organization_.has_value(); }
  OrganizationKey key() const { return organization_->key; }
  const std::string& argument(std::size_t index) const { return call_.arguments.at(index); }

  Users users() { return transaction_.users(key()); }
  Groups groups() { return transaction_.groups(key()); }
  Grants grants() { return transaction_.grants(key()); }

  /// version_mismatch if the call has an If-Match that does not name this entity as it is now.
  Result<> match(const json::Object& entity) const;

  /// A page of a list that was asked for one more than `page.limit`; items have a `position`.
  template <class Item, class Show>
  http::Response page(std::string_view list, std::vector<Item> items, const Page& page, Show show) {
    const bool more = items.size() > page.limit;
    if (more) items.erase(items.begin() + static_cast<std::ptrdiff_t>(page.limit), items.end());
    json::Array shown;
    for (const Item& item : items) shown.push_back(show(item));
    return page_response(call_, list, std::move(shown),
                         more ? std::to_string(items.back().position) : "");
  }

  /// The same of a short list that the directory gives whole, in order of `key_of`.
  template <class Item, class KeyOf, class Show>
  http::Response page_of_all(std::string_view list, const std::vector<Item>& items,
                             const Page& page, KeyOf key_of, Show show) {
    json::Array shown;
    std::string last;
    for (const Item& item : items) {
      if (!page.after.empty() && key_of(item) <= page.after) continue;
      if (shown.size() == page.limit) return page_response(call_, list, std::move(shown), last);
      shown.push_back(show(item));
      last = key_of(item);
    }
    return page_response(call_, list, std::move(shown), "");
  }

 private:
  const Services& services_;
  Transaction& transaction_;
  const Call& call_;
  const Authority& authority_;
  std::optional<Organization> organization_;
};

/// Answers one route inside a unit of work: may be called again, has no effect outside of it.
using Endpoint = Result<http::Response> (*)(Context& context);

/// Whether a field If-Match or If-None-Match names the tag; compared weakly (RFC 9110 8.8.3.2).
bool names_tag(std::string_view field, std::string_view tag);
/// Cache-Control of answers that a GET gives in full whatever its If-None-Match.
inline constexpr std::string_view never_unmodified = "no-store";
/// W/"version" of an entity that has one, else made from its content.
std::string etag_of(const json::Object& entity);
/// The entity with its ETag.
http::Response entity_response(int status, json::Object entity);
/// 201 with ETag and Location: /api/v1/organizations/{slug}/`path`.
http::Response created_response(const Context& context, json::Object entity,
                                const std::string& path);
/// For entities that show more than what their version stands for: never answered with 304.
http::Response detail_response(json::Object entity, const json::Object& more);
/// 204, or 200 {"warnings"} if there are any.
http::Response done_response(const std::vector<std::string>& warnings = {});

/// 428 confirm_required with the preview of what goes.
http::Response confirm_required(json::Object preview);

/// What a destructive call without `?confirm=true` is answered with (S32): `preview()` tells what
/// goes. Reads the query strictly.
template <class Preview>
std::optional<http::Response> ask_to_confirm(const Call& call, Preview preview) {
  Input query(call, Input::Part::query);
  const bool confirmed = query.flag("confirm").value_or(false);
  if (!query.valid()) return query.refusal();
  if (confirmed) return std::nullopt;
  return confirm_required(preview());
}

template <class Preview>
std::optional<http::Response> ask_to_confirm(Context& context, Preview preview) {
  return ask_to_confirm(context.call(), std::move(preview));
}

Error no_such(std::string_view what);

}  // namespace rollcall::admin

#pragma once

#include "gateway/admin/context.h"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::admin {

// Entities of the call's organization; those of another are not_found like those that do not exist.

Result<User> find_user(Context& context, std::string_view id);
Result<Group> find_group(Context& context, std::string_view id);
Result<ServiceUser> find_service_user(Context& context, std::string_view id);

/// By id, userName or e-mail address.
Result<User> find_user_called(Transaction& transaction, OrganizationKey organization,
                              const std::string& reference);
/// By id or name.
Result<ServiceUser> find_service_user_called(Transaction& transaction, OrganizationKey organization,
                                             const std::string& reference);
Result<Group> find_group_called(Context& context, const std::string& reference);

/// One that is good now, by id or by the value of its cookie.
Result<Session> find_session_called(Transaction& transaction, OrganizationKey organization,
                                    const std::string& reference);

/// Whom a body or query names by exactly one of `user`, `group`, `service_user`.
struct NamedSubject {
  Subject subject;
  /// {"kind", "id", "name"}.
  json::Object shown;
};
/// Reads those members of `input`; nothing if none is there.
struct SubjectReference {
  std::optional<std::string> user;
  std::optional<std::string> group;
  std::optional<std::string> service_user;

  bool empty() const { return !user && !group && !service_user; }
};
SubjectReference read_subject(Input& input, bool required);
Result<NamedSubject> find_subject(Context& context, const SubjectReference& reference);

/// The subject of a row as {"kind", "id", "name"}.
json::Object show_subject(Context& context, const Subject& subject);

}  // namespace rollcall::admin

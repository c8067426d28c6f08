#pragma once

#include "gateway/base/id.h"
#include "gateway/base/result.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall {

class Transaction;

/// Stored as a number. agent: runs the platform's work ("agent" role by default, F29).
enum class ServiceUserKind { service, agent };
std::string_view name(ServiceUserKind kind);
std::optional<ServiceUserKind> find_service_user_kind(std::string_view name);

struct ServiceUser {
  ServiceUserId id;
  std::int64_t position = 0;
  /// Unique in the organization under fold() (S41).
  std::string name;
  std::string description;
  ServiceUserKind kind = ServiceUserKind::service;
  std::int64_t version = 1;
  Timestamp created;
  Timestamp modified;
};

/// The service users of one organization within one transaction (S33–S44): no seat, no groups, no
/// sign-in, never seen by SCIM. Adding and changing need the feature service_users, removing never
/// does; all are audited ("service_user.added" …).
class ServiceUsers {
 public:
  ServiceUsers(Transaction& transaction, OrganizationKey organization)
      : transaction_(transaction), organization_(organization) {}

  /// Behind `after` (a position), at most `limit`; those whose name starts with `search`, whatever
  /// the case.
  std::vector<ServiceUser> list(std::string_view search, std::int64_t after, std::size_t limit);
  /// not_found if absent.
  Result<ServiceUser> get(const ServiceUserId& id);
  std::optional<ServiceUser> find(std::string_view name);
  std::optional<ServiceUser> at(std::int64_t position);

  /// uniqueness if the name is taken (code "service_user_name_taken"); invalid_value unless the
  /// name has 1–100 characters and the description at most 1000.
  Result<ServiceUser> add(std::string_view name, std::string_view description,
                          ServiceUserKind kind);
  /// Name and description; absent ones stay. Writes only if something differs. As add() refuses.
  Result<ServiceUser> update(const ServiceUser& current, std::optional<std::string> name,
                             std::optional<std::string> description);
  /// With its grants; its tokens are revoked.
  Result<> remove(const ServiceUserId& id);

 private:
  Transaction& transaction_;
  OrganizationKey organization_;
};

}  // namespace rollcall

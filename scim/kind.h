#pragma once

#include "gateway/directory/transaction.h"
#include "scim/authenticator.h"
#include "scim/filter_lowering.h"
#include "scim/resource.h"

#include <string_view>

namespace rollcall::scim {

// What the endpoints of Users and Groups do not share; resource_api.cpp and listing.cpp are written
// once over these two.

struct UserKind {
  using Row = User;
  using Id = UserId;
  using Selection = UserSelection;
  using Repository = Users;

  static const ResourceType& type() { return user_type(); }
  static Users repository(Transaction& transaction, const Client& client) {
    return transaction.users(client.connection.organization, client.connection.key);
  }
  static Lowered<UserSelection> lower(const Filter& filter) { return lower_user_filter(filter); }
  /// By an index that holds a few rows at most for one value.
  static bool is_lookup(const UserSelection& s) {
    return s.id || s.user_name || s.external_id || s.email;
  }
  static json::Object document(const User& user, std::string_view base) {
    return user_document(user, base);
  }
  /// The attribute that membership rows make.
  static constexpr std::string_view derived = "groups";
};

struct GroupKind {
  using Row = Group;
  using Id = GroupId;
  using Selection = GroupSelection;
  using Repository = Groups;

  static const ResourceType& type() { return group_type(); }
  static Groups repository(Transaction& transaction, const Client& client) {
    return transaction.groups(client.connection.organization, client.connection.key);
  }
  static Lowered<GroupSelection> lower(const Filter& filter) { return lower_group_filter(filter); }
  static bool is_lookup(const GroupSelection& s) { return s.id || s.display_name || s.external_id; }
  static json::Object document(const Group& group, std::string_view base) {
    return group_document(group, base);
  }
  static constexpr std::string_view derived = "members";
};

}  // namespace rollcall::scim

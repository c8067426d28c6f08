#include "gateway/base/json.h"
#include "gateway/directory/transaction.h"
#include "gateway/directory/user_lifecycle.h"
#include "gateway/directory/user_rows.h"

namespace rollcall {
namespace {

Error no_such_license(std::string_view key) {
  std::string sentence = "There is no licence type \"" + std::string(key.substr(0, 80)) +
                         "\" to be had; the types are:";
  for (const LicenseType& type : license_types()) sentence.append(" ").append(type.key);
  return {Fault::invalid_value, sentence + "."};
}

}  // namespace

Result<std::optional<License>> UserLifecycle::requested(const UserProfile& profile) {
  const std::optional<License> unstated;
  if (!profile.license_type || !scim_connection_) return unstated;
  const auto connection = transaction_.organizations().scim_connection(*scim_connection_);
  const Preset preset = transaction_.organization(organization_).preset;
  if (!connection || !read_scim_options(connection->options, preset).controls_license) {
    return unstated;
  }
  const auto license = find_license(*profile.license_type);
  if (!license) return no_such_license(*profile.license_type);
  // A type of which the plan has none at all is no licence there (F44: Analyst).
  const SeatPool pool = transaction_.seats(organization_).get(type_of(*license).pool);
  if (pool.capacity() == 0) return no_such_license(*profile.license_type);
  return license;
}

Result<std::optional<License>> UserLifecycle::first_license(const UserProfile& profile,
                                                            std::optional<License> wanted) {
  if (!transaction_.organization(organization_).policy.licenses) {
    if (!wanted) return wanted;
    return Error(Fault::invalid_value, "This organization has no licences to give.");
  }
  TRY(const auto controlled, requested(profile));
  if (controlled) return controlled;
  return std::optional(wanted.value_or(License::developer));
}

Result<std::optional<License>> UserLifecycle::license_after(const User& current, const User& next) {
  if (!has_seat(next)) return std::optional<License>();
  if (!has_seat(current)) return first_license(next.profile, std::nullopt);
  if (!next.profile.license_type || !transaction_.organization(organization_).policy.licenses) {
    return current.license;
  }
  TRY(const auto controlled, requested(next.profile));
  return controlled ? controlled : current.license;
}

void UserLifecycle::audit_license(const User* current, const User& next) {
  const auto before = current ? current->license : std::nullopt;
  if (before == next.license) return;
  const auto append = [&](std::string_view type, const std::optional<License>& license) {
    if (!license) return;
    transaction_.audit(organization_)
        .append(type, object_of(next.id),
                json::write(json::Object{{"license", type_of(*license).key}}));
  };
  append("user_license.removed", before);
  append("user_license.added", next.license);
}

Result<User> Users::set_license(const User& current, License license) {
  if (current.license == license) return current;
  if (!transaction_.organization(organization_).policy.licenses) {
    return Error(Fault::conflict, "This organization has no licences to give.")
        .with_code("licenses_off");
  }
  if (!has_seat(current)) {
    return Error(Fault::conflict, "A deactivated user has no licence.")
        .with_code("user_deactivated");
  }
  if (!scim_connection_ && current.scim_managed &&
      scim_hold(transaction_, organization_).controls_license) {
    return Error(Fault::conflict, "SCIM decides the licence of this user.")
        .with_code("license_controlled");
  }
  User next = current;
  next.license = license;
  return write(current, std::move(next));
}

}  // namespace rollcall

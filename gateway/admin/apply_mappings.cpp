#include "gateway/admin/apply_work.h"

namespace rollcall::admin {
namespace {

bool same(const SsoMapping& present, const DeclaredMapping& declared) {
  return present.connection == declared.connection && present.kind == declared.kind &&
         present.idp_group == declared.idp_group;
}

bool same(const LicenseMapping& present, const DeclaredLicenseMapping& declared) {
  return present.license == declared.license && present.connection == declared.connection &&
         present.idp_group == declared.idp_group;
}

/// What is on one side only.
template <class Present, class Declared>
bool named_by(const Present& present, const std::vector<Declared>& declared) {
  return std::ranges::any_of(declared, [&](const Declared& item) { return same(present, item); });
}
template <class Present, class Declared>
bool there(const std::vector<Present>& present, const Declared& declared) {
  return std::ranges::any_of(present, [&](const Present& item) { return same(item, declared); });
}

std::string id_of(License license, const std::string& idp_group) {
  return std::string(type_of(license).key) + "/" + idp_group;
}

}  // namespace

void apply_mappings(ApplyWork& work, const Group& group, const DeclaredGroup& declared) {
  if (!declared.mappings) return;
  Mappings mappings = work.transaction.mappings(work.key());
  const auto present = mappings.of(group);
  const std::string name = declared.name + "/";
  for (const SsoMapping& mapping : present) {
    if (named_by(mapping, *declared.mappings)) continue;
    const auto done = mappings.remove(mapping.id);
    if (!done) work.refuse(declared.line, "mapping " + name + mapping.idp_group, done.error());
    work.plan.removed.push_back({"mapping", name + mapping.idp_group, mapping.connection});
  }
  for (const DeclaredMapping& wanted : *declared.mappings) {
    if (there(present, wanted)) continue;
    const auto added = mappings.add(group, wanted.connection, wanted.kind, wanted.idp_group);
    if (!added) {
      work.refuse(wanted.line, "mapping " + name + wanted.idp_group, added.error());
      continue;
    }
    work.plan.added.push_back({"mapping", name + wanted.idp_group, wanted.connection});
  }
}

void apply_license_mappings(ApplyWork& work, const std::vector<DeclaredLicenseMapping>& declared) {
  Mappings mappings = work.transaction.mappings(work.key());
  const auto present = mappings.licenses();
  for (const LicenseMapping& mapping : present) {
    if (named_by(mapping, declared)) continue;
    const std::string id = id_of(mapping.license, mapping.idp_group);
    if (const auto done = mappings.remove_license(mapping.id); !done) {
      work.refuse(0, "licence mapping " + id, done.error());
    }
    work.plan.removed.push_back({"license_mapping", id, mapping.connection});
  }
  for (const DeclaredLicenseMapping& wanted : declared) {
    if (there(present, wanted)) continue;
    const std::string id = id_of(wanted.license, wanted.idp_group);
    const auto added = mappings.add_license(wanted.license, wanted.connection, wanted.idp_group);
    if (!added) {
      work.refuse(wanted.line, "licence mapping " + id, added.error());
      continue;
    }
    work.plan.added.push_back({"license_mapping", id, wanted.connection});
  }
}

}  // namespace rollcall::admin

#pragma once

#include "gateway/admin/apply_work.h"
#include "gateway/admin/organization_file.h"

#include <string>
#include <vector>

namespace rollcall::admin {

// The sections of describe(); one without an item stays absent.

void describe_scopes(Transaction& transaction, OrganizationKey organization,
                     OrganizationFile& file);
void describe_roles(Transaction& transaction, OrganizationKey organization, OrganizationFile& file);
/// `users`, `groups` and `service_users`.
void describe_people(Transaction& transaction, const Organization& organization,
                     OrganizationFile& file);
void describe_license_mappings(Transaction& transaction, OrganizationKey organization,
                               OrganizationFile& file);

std::vector<DeclaredGrant> describe_grants(Transaction& transaction, OrganizationKey organization,
                                           const Subject& subject);
/// What differs from the defaults: grants of other roles or scopes, "none" where a default is
/// missing.
std::vector<DeclaredGrant> describe_user_grants(Transaction& transaction,
                                                OrganizationKey organization,
                                                const Subject& subject,
                                                const std::vector<DefaultGrant>& defaults);

/// All tokens of a service user, those that ended too.
std::vector<Token> tokens_of(Transaction& transaction, const ServiceUser& owner);
/// The names of those of `tokens` that live, each once, in order.
std::vector<std::string> living_names(const std::vector<Token>& tokens, Timestamp now);

}  // namespace rollcall::admin

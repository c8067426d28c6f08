#pragma once

#include "gateway/admin/context.h"

// Nobody hands on what they do not have themselves, by whichever way it reaches the other: each of
// these is forbidden to a caller without manage_grants who lacks one of the permissions.

namespace rollcall::admin {

/// All that the subject's grants give it, those of its groups included: whoever decides who is in a
/// group, holds a service user's token or has a person's address acts with that.
Result<> check_hands_on(Context& context, const Subject& subject);
/// What a licence gives whatever the roles (S58); nothing where licences are off.
Result<> check_hands_on(Context& context, License license);
/// What a role allows now and `before` it was changed did not, for all who hold it.
Result<> check_hands_on(Context& context, const Role& before, const Role& after);

}  // namespace rollcall::admin

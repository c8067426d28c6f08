#pragma once

#include "gateway/base/secret.h"
#include "gateway/directory/sqlite.h"

namespace rollcall::sqlite {

/// Brings the schema to the newest version in one transaction. Throws std::runtime_error with a
/// sentence if the file belongs to a newer Rollcall or to another program.
void migrate(Session& session);

/// Remembers a check value of the audit key in a new store; throws std::runtime_error with a
/// sentence if the store was made with another key.
void check_audit_key(Session& session, const Secret& key);

}  // namespace rollcall::sqlite

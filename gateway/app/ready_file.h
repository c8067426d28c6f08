#pragma once

#include "gateway/app/gateway.h"
#include "gateway/base/json.h"
#include "gateway/directory/directory.h"

#include <filesystem>

namespace rollcall::app {

/// What the ready file says (the contract's shape): where the gateway is and tokens that work, one
/// of the operator and one of each SCIM connection. A token that `file` holds from an earlier start
/// and that is still alive in this store stays; otherwise one named "ready-file" is made and older
/// ones of that name are revoked. Blocks. Throws std::runtime_error if the store cannot be written.
json::Object ready_document(const std::filesystem::path& file, Directory& directory,
                            const KeyRing& keys, const Urls& urls);

/// Mode 0600, whole or not at all. Throws std::runtime_error.
void write_ready_file(const std::filesystem::path& file, const json::Object& document);

}  // namespace rollcall::app

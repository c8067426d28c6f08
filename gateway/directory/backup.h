#pragma once

#include "gateway/base/result.h"

#include <filesystem>

namespace rollcall::sqlite {

/// A consistent copy of the store, complete and durable when it appears under `target`, which must
/// not exist. Readers and the writer go on meanwhile.
Result<> backup(const std::filesystem::path& store, const std::filesystem::path& target);

}  // namespace rollcall::sqlite

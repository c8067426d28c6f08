#pragma once

#include "gateway/base/result.h"
#include "gateway/base/secret.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace rollcall::app {

/// The whole file, at most `limit` bytes; invalid_value with a sentence that names the file.
Result<std::string> read_file(const std::filesystem::path& file, std::size_t limit);

/// A file's one secret, without the line's end.
Result<Secret> read_secret(const std::filesystem::path& file);
/// The same, refused when group or others may open the file.
Result<Secret> read_private_secret(const std::filesystem::path& file);

/// True when group or others may read the file; false if there is none.
bool open_to_others(const std::filesystem::path& file);

/// Replaces `file` in one step by one of mode 0600 that holds `content`: whoever opens it sees the
/// old or the new, whole. Throws std::runtime_error with a sentence.
void write_private_file(const std::filesystem::path& file, std::string_view content);

/// Creates `file` with mode 0600 and `content` unless it exists; true if this call created it,
/// whole and durable. Throws std::runtime_error with a sentence.
bool create_private_file(const std::filesystem::path& file, std::string_view content);

}  // namespace rollcall::app

#pragma once

#include <span>
#include <string>
#include <string_view>

namespace rollcall::admin {

/// Appends one line of CSV (RFC 4180), each field quoted. Text that a spreadsheet would take for a
/// formula gets a leading apostrophe.
void append_csv_line(std::string& out, std::span<const std::string> fields);

}  // namespace rollcall::admin

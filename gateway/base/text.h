#pragma once

#include <string>
#include <string_view>

namespace rollcall {

/// True for well-formed UTF-8 (vector routine, about 60 GB/s).
bool is_utf8(std::string_view text);

/// The key under which text compares when case does not count: width-mapped, Unicode case-folded,
/// NFC (RFC 8265 UsernameCaseMapped without its refusals; RFC 7643 §2.2 caseExact=false).
/// Idempotent. `text` must be UTF-8.
std::string fold(std::string_view text);

/// ASCII-only comparison for protocol words: header names, attribute names, operators (RFC 7643
/// §2.1).
bool iequals(std::string_view a, std::string_view b);
std::string ascii_lower(std::string_view text);

/// `text` without leading and trailing spaces and tabs.
std::string_view trim(std::string_view text);

}  // namespace rollcall

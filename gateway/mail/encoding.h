#pragma once

#include <string>
#include <string_view>

namespace rollcall::mail {

/// Text as quoted-printable (RFC 2045 §6.7): ASCII lines of 76 characters at most that end in CRLF.
std::string quoted_printable(std::string_view text);

/// UTF-8 text for a header field's value: as it is if short and plain, else as encoded words (RFC
/// 2047) of 75 characters at most, one a folded line. Control characters become spaces, so that no
/// text can end a header.
std::string header_text(std::string_view text);

}  // namespace rollcall::mail

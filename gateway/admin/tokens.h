#pragma once

#include "gateway/admin/context.h"

#include <cstddef>
#include <vector>

namespace rollcall::admin {

/// Reads `name` and `expires` of a body.
NewToken read_token(Input& body, TokenKind kind);
/// Makes the token in the call's organization, if it has one: 201 with its secret, this once.
Result<http::Response> add_token(Context& context, NewToken wanted);
/// How many of the list open something now.
std::size_t living_tokens(Context& context, const std::vector<Token>& tokens);

}  // namespace rollcall::admin

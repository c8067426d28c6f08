#pragma once

#include "gateway/directory/sign_in_traces.h"
#include "gateway/sign_in/connection.h"
#include "gateway/sign_in/trace.h"

namespace rollcall::sign_in {

/// The row of what happened to sessions of a connection, outside a sign-in.
inline SignInTrace trace_row(const Trace& trace, const SignInConnection& connection, Timestamp at,
                             SignInOutcome outcome) {
  SignInTrace row;
  row.id = trace.id();
  row.organization = connection.organization.key;
  row.connection = connection.id;
  row.at = at;
  row.outcome = outcome;
  row.document = trace.document();
  return row;
}

}  // namespace rollcall::sign_in

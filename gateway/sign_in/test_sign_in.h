#pragma once

#include "gateway/base/json.h"
#include "gateway/base/result.h"
#include "gateway/base/secret.h"
#include "gateway/crypto/key_ring.h"
#include "gateway/directory/directory.h"
#include "gateway/sign_in/connection.h"

#include <string>
#include <string_view>

namespace rollcall::sign_in {

/// A sign-in that tries a connection's settings, saved or not, and signs nobody in. Its link is
/// good for an hour, for whoever holds it.
struct PreparedTest {
  /// /login?test=<secret>
  Secret secret;
  Timestamp expires;
};

/// Keeps the settings for the test. `secrets` that are not stated are those that are stored, where
/// the settings send them to the same place (secret_place.h); an empty one stands for none.
/// conflict (code "connection_incomplete") for settings that nobody can sign in with.
Result<PreparedTest> prepare_test(Transaction& transaction, const KeyRing& keys,
                                  const Organization& organization, std::string_view connection,
                                  const json::Object& settings, const Secrets& secrets);

/// The test that a link opens: whose connection, and the draft for draft_connection().
struct OpenedTest {
  Organization organization;
  std::string connection;
  json::Object draft;
};
/// not_found once expired or unknown.
Result<OpenedTest> open_test(Transaction& transaction, std::string_view secret);

/// The connection as the draft has it. Its state is ready or incomplete, never disabled or
/// untested.
SignInConnection draft_connection(Transaction& transaction, const KeyRing& keys,
                                  const Organization& organization, std::string_view id,
                                  const json::Object& draft);

}  // namespace rollcall::sign_in

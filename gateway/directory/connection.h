#pragma once

#include "gateway/base/clock.h"
#include "gateway/crypto/digest.h"
#include "gateway/directory/sqlite.h"
#include "gateway/directory/transaction.h"

#include <cstdint>

namespace rollcall::sqlite {

/// How connections to the store are made.
struct ConnectionOptions {
  std::filesystem::path file;
  Durability durability;
  Secret audit_key;
  bool mail;
};

/// A session with what a unit of work needs beside it.
struct Connection {
  Connection(const ConnectionOptions& options, Access access)
      : session(options.file, access, options.durability),
        audit_chain(options.audit_key),
        mail(options.mail) {}

  Transaction transaction(const Actor& actor, Timestamp now) {
    return Transaction(session, audit_chain, actor, now, mail);
  }

  Session session;
  HmacSha256 audit_chain;
  const bool mail;
  /// A reader's: how many commits there were when its transaction began.
  std::uint64_t commits_seen = 0;
};

/// What the client is told when the store fails; `why` goes to the log.
inline Error store_unavailable(std::string why) {
  return Error(Fault::unavailable, "The directory is not available; try again.", std::move(why));
}

}  // namespace rollcall::sqlite

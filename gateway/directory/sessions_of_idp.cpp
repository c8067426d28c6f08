#include "gateway/directory/sessions.h"
#include "gateway/directory/sql.h"
#include "gateway/directory/transaction.h"

namespace rollcall {
namespace {

constexpr sql::Sql select_of_idp_session{
    "SELECT 1 FROM sessions WHERE organization = $1 AND connection = $2 AND idp_session = $4 "
    "AND idp_session <> '' AND issuer = $3 LIMIT 1"};

}  // namespace

bool Sessions::has_of_idp(std::string_view connection, std::string_view issuer,
                          std::string_view idp_session) {
  return static_cast<bool>(transaction_.session().query(
      select_of_idp_session, {organization_, connection, issuer, idp_session}));
}

}  // namespace rollcall

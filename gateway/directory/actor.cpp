#include "gateway/directory/actor.h"

namespace rollcall {

std::string in_words(const Actor& actor) {
  switch (actor.kind) {
    case ActorKind::scim_token:
    case ActorKind::operator_token:
      return "token/" + actor.id;
    case ActorKind::user:
      return "user/" + actor.id;
    case ActorKind::service_user:
      return "service_user/" + actor.id;
    case ActorKind::operator_local:
      return "local operator";
    case ActorKind::system:
      return "system";
  }
  return "system";
}

}  // namespace rollcall

#include "gateway/base/identity.h"

namespace rollcall {

std::string_view name(ClaimedGroups::State state) {
  switch (state) {
    case ClaimedGroups::State::present:
      return "present";
    case ClaimedGroups::State::absent:
      return "absent";
    case ClaimedGroups::State::unknown:
      break;
  }
  return "unknown";
}

}  // namespace rollcall

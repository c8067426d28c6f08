#include "gateway/simulate/okta.h"

#include <algorithm>
#include <set>

namespace rollcall::simulate::okta {

namespace {

constexpr std::int64_t page_size = 100;
/// Enough to see the order hold; a large directory is not read to its end.
constexpr std::int64_t most_pages = 30;
constexpr std::string_view source = "Okta, Retrieve Users; RFC 7644 §3.4.2.4";

struct Import {
  std::set<std::string> seen;
  std::int64_t total = 0;
  /// Someone else changed the directory meanwhile; counts prove nothing then.
  bool disturbed = false;
};

std::int64_t total_of(const Answer& answer) {
  const json::Value* total = answer.at("totalResults");
  return total && total->integer() ? *total->integer() : 0;
}

Expectation every_user_once(Import& import) {
  return [&import](const Answer& answer, Variables&) -> std::optional<Failure> {
    const json::Value* resources = answer.at("Resources");
    if (!resources || !resources->array()) return std::nullopt;
    for (const json::Value& user : *resources->array()) {
      const json::Value* id = user.object() ? user.object()->find_ignoring_case("id") : nullptr;
      if (!id || !id->string()) return Failure{"an id", in_words(&user), "RFC 7643 §3.1"};
      if (!import.seen.insert(*id->string()).second) {
        return Failure{"each user once", *id->string() + " twice", "Okta, Retrieve Users"};
      }
    }
    return std::nullopt;
  };
}

Expectation complete(const Import& import) {
  return [&import](const Answer& answer, Variables& known) -> std::optional<Failure> {
    if (import.disturbed || total_of(answer) != import.total) return std::nullopt;
    const auto count = static_cast<std::int64_t>(import.seen.size());
    if (count != import.total) {
      return Failure{std::to_string(import.total) + " users in all", std::to_string(count),
                     "RFC 7644 §3.4.2"};
    }
    for (const char* variable : {"alice_id", "bob_id", "carol_id"}) {
      const auto id = known.find(variable);
      if (id && !import.seen.contains(*id)) {
        return Failure{"user " + *id + " among them", "not there", "RFC 7644 §3.4.2"};
      }
    }
    return std::nullopt;
  };
}

std::string page_line(std::int64_t start) {
  return "GET /Users?startIndex=" + std::to_string(start) + "&count=" + std::to_string(page_size);
}

}  // namespace

void import_all(Session& session, std::string_view when) {
  Import import;
  std::int64_t page = 0;
  do {
    const std::int64_t start = page * page_size + 1;
    const Answer& answer = session.step(
        "import " + std::string(when) + ", page " + std::to_string(page + 1), page_line(start),
        {status({200}, source), page_of(start, page_size, source), every_user_once(import)});
    const auto total = total_of(answer);
    import.disturbed = import.disturbed || (page > 0 && total != import.total);
    import.total = total;
    ++page;
  } while (page < most_pages && page * page_size < import.total);

  if (page * page_size < import.total) return;
  // ory/polis#4054: a page beyond the end has itemsPerPage 0.
  const std::int64_t beyond = import.total + 1;
  session.step("import " + std::string(when) + ", beyond the end", page_line(beyond),
               {status({200}, source), page_of(beyond, page_size, source), complete(import)});
}

}  // namespace rollcall::simulate::okta
